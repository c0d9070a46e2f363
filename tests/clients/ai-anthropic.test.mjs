// The AI SDK with its Anthropic package in front of every provider.
import assert from 'node:assert/strict';
import { createAnthropic } from '@ai-sdk/anthropic';
import { generateObject, jsonSchema } from 'ai';
import { aiSdkMatrix, reasonedLoop } from './harness/ai-sdk.mjs';
import { gateway } from './harness/clients.mjs';
import { answerTo, forces, onEach, thinks, thoughtOn } from './harness/providers.mjs';
import { callerKey } from './harness/servers.mjs';

const anthropic = createAnthropic({ baseURL: `${gateway}/v1`, apiKey: callerKey });

aiSdkMatrix('aiAnthropic', id => anthropic(id), {
  limit: target => target.thinks === 'sealed' ? 70 : 6,
  objects: { anthropic: { structuredOutputMode: 'outputFormat' } },
});

onEach('aiAnthropic_GenerateObjectByATool_IsAnObjectOfTheSchema', async target => {
  const schema = jsonSchema({ type: 'object', properties: { name: { type: 'string' } }, required: ['name'], additionalProperties: false });
  const providerOptions = { anthropic: { structuredOutputMode: 'jsonTool' } };
  const { object } = await generateObject({ model: anthropic(target.id), prompt: 'Anna', schema, providerOptions, maxRetries: 0 });
  assert.deepEqual(object, { name: 'name' });
}, forces);

for (const stream of [false, true]) {
  onEach(`aiAnthropic_Thinking${stream ? 'Streamed' : ''}_ComesAndIsTakenBackWithItsSignature`, async target => {
    const thinking = target.id === 'on-anthropic-adaptive' ? { type: 'adaptive', display: 'summarized' } : { type: 'enabled', budgetTokens: 2000 };
    const { first, second } = await reasonedLoop({ model: anthropic(target.id), maxOutputTokens: 4000, providerOptions: { anthropic: { thinking } } }, { stream });
    assert.equal(first.steps[0].reasoningText, thoughtOn(target, 'call:weather please'));
    assert.deepEqual([first.text, second.text], [answerTo('call:weather please'), answerTo('Thanks')]);
  }, thinks);
}
