// The AI SDK with its OpenAI package, as Responses and as chat, in front of every provider.
import assert from 'node:assert/strict';
import { createOpenAI } from '@ai-sdk/openai';
import { generateText } from 'ai';
import { failure } from './harness/answers.mjs';
import { aiSdkMatrix, reasonedLoop } from './harness/ai-sdk.mjs';
import { gateway } from './harness/clients.mjs';
import { answerTo, onEach, thinks, thoughtOn } from './harness/providers.mjs';
import { callerKey } from './harness/servers.mjs';

const openai = createOpenAI({ baseURL: `${gateway}/v1`, apiKey: callerKey });
const least = few => target => target.thinks === 'sealed' ? 70 : few;

aiSdkMatrix('aiOpenAIChat', id => openai.chat(id), { limit: least(6) });
aiSdkMatrix('aiOpenAIResponses', id => openai(id), { hasStop: false, limit: least(16) });

// The package names what it believes OpenAI has kept. A translated answer is kept by nobody: to guess would be to forget half of a conversation.
onEach('aiOpenAIResponses_TurnsBelievedToBeStored_AreRefusedWithWhatToDo', async target => {
  const first = await generateText({ model: openai(target.id), prompt: 'First', maxRetries: 0 });
  const messages = [{ role: 'user', content: 'First' }, ...first.response.messages, { role: 'user', content: 'Second' }];
  const error = await failure(generateText({ model: openai(target.id), messages, maxRetries: 0 }));
  assert.deepEqual([error.statusCode, error.data.error.code], [400, 'unsupported_translation']);
  assert.match(error.message, /'store': false/);
  const told = await generateText({ model: openai(target.id), messages, maxRetries: 0, providerOptions: { openai: { store: false } } });
  assert.equal(told.text, answerTo('Second'));
}, target => target.provider !== 'openai');

for (const stream of [false, true]) {
  onEach(`aiOpenAIResponses_Reasoning${stream ? 'Streamed' : ''}_ComesAndIsTakenBackWithItsSignature`, async target => {
    // The package judges by the vendor's names what reasons; these are ours.
    const settings = { forceReasoning: true, reasoningEffort: 'high', reasoningSummary: 'auto', store: false, include: ['reasoning.encrypted_content'] };
    const { first, second } = await reasonedLoop({ model: openai(target.id), maxOutputTokens: 9000, providerOptions: { openai: settings } }, { stream });
    assert.equal(first.steps[0].reasoningText, thoughtOn(target, 'call:weather please'));
    assert.deepEqual([first.text, second.text], [answerTo('call:weather please'), answerTo('Thanks')]);
  }, thinks);
}
