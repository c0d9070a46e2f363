// The AI SDK with its Google package in front of every provider.
import assert from 'node:assert/strict';
import { createGoogleGenerativeAI } from '@ai-sdk/google';
import { aiSdkMatrix, reasonedLoop } from './harness/ai-sdk.mjs';
import { gateway } from './harness/clients.mjs';
import { answerTo, onEach, thinks, thoughtOn } from './harness/providers.mjs';
import { callerKey } from './harness/servers.mjs';

const google = createGoogleGenerativeAI({ baseURL: `${gateway}/v1beta`, apiKey: callerKey });
// The package takes a name with a slash for a whole path.
const modelOf = id => google(id.includes('/') ? `models/${id}` : id);

aiSdkMatrix('aiGoogle', modelOf, { limit: target => target.provider === 'gemini' || target.thinks === 'sealed' ? 70 : 6 });

for (const stream of [false, true]) {
  onEach(`aiGoogle_Thinking${stream ? 'Streamed' : ''}_ComesAndIsTakenBackWithItsSignature`, async target => {
    const thinkingConfig = { includeThoughts: true, ...(target.id === 'on-gemini3' ? { thinkingLevel: 'high' } : { thinkingBudget: 2000 }) };
    const { first, second } = await reasonedLoop({ model: modelOf(target.id), maxOutputTokens: 4000, providerOptions: { google: { thinkingConfig } } }, { stream });
    assert.equal(first.steps[0].reasoningText, thoughtOn(target, 'call:weather please'));
    assert.deepEqual([first.text, second.text], [answerTo('call:weather please'), answerTo('Thanks')]);
  }, thinks);
}
