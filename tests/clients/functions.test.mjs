import assert from 'node:assert/strict';
import { test } from 'node:test';
import OpenAI from 'openai';
import { all, textOf } from './harness/answers.mjs';
import { gateway } from './harness/clients.mjs';
import { callerKey } from './harness/servers.mjs';

// As the old Azure OpenAI proxy was called: the host key in a header of its own, and whatever the SDK wants as its key.
const client = new OpenAI({ baseURL: `${gateway}/api/v1`, apiKey: 'unused', defaultHeaders: { 'x-functions-key': callerKey }, maxRetries: 0, timeout: 15_000 });
const messages = [{ role: 'user', content: 'Hello there' }];

// Contract: 2.sdk, 2.keys, 2.chat
test('functions_ChatOfTheOpenAISdk_IsAnsweredPlainAndStreamed', async () => {
  const plain = await client.chat.completions.create({ model: 'chat', messages, seed: 7 });
  assert.equal(plain.choices[0].message.content, '[simulated] Hello there');
  const chunks = await all(await client.chat.completions.create({ model: 'chat', messages, stream: true }));
  assert.equal(textOf(chunks), '[simulated] Hello there');
});

// Contract: 2.sdk, 2.responses
test('functions_ResponsesOfTheOpenAISdk_AreAnsweredPlainAndStreamed', async () => {
  const plain = await client.responses.create({ model: 'chat', input: 'Hello there' });
  assert.equal(plain.output_text, '[simulated] Hello there');
  const events = await all(await client.responses.create({ model: 'chat', input: 'Hello there', stream: true }));
  assert.equal(events.at(-1).type, 'response.completed');
  assert.equal(events.filter(event => event.type === 'response.output_text.delta').map(event => event.delta).join(''), '[simulated] Hello there');
});

// Contract: 2.sdk, 2.keys
test('functions_WithoutTheHostKey_IsTheSdksAuthenticationError', async () => {
  const stranger = client.withOptions({ defaultHeaders: {} });
  await assert.rejects(stranger.chat.completions.create({ model: 'chat', messages }), error => error instanceof OpenAI.AuthenticationError && error.status === 401);
});
