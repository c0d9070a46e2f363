import assert from 'node:assert/strict';
import { test } from 'node:test';
import { all, assertSame, textOf } from './harness/answers.mjs';
import { client, gateway, openai } from './harness/clients.mjs';
import { callerKey } from './harness/servers.mjs';

const messages = [{ role: 'user', content: 'Hello there' }];
const functions = { path: '/api/v1', apiKey: 'unused', defaultHeaders: { 'x-functions-key': callerKey } };

const ways = {
  '/openai/v1': openai({ path: '/openai/v1' }),
  '/llm/v1': openai({ path: '/llm/v1' }),
  '/api/v1 with x-functions-key beside an unused bearer': openai(functions),
  '/api/v1 with code in the query': openai({ path: '/api/v1', apiKey: 'unused', defaultQuery: { code: callerKey } }),
  '/llm/v1 with Ocp-Apim-Subscription-Key': openai({ path: '/llm/v1', apiKey: 'unused', defaultHeaders: { 'Ocp-Apim-Subscription-Key': callerKey } }),
  '/llm/v1 with subscription-key in the query': openai({ path: '/llm/v1', apiKey: 'unused', defaultQuery: { 'subscription-key': callerKey } }),
  '/v1 with api-key': openai({ apiKey: 'unused', defaultHeaders: { 'api-key': callerKey } }),
  '/v1 with x-api-key': openai({ apiKey: 'unused', defaultHeaders: { 'x-api-key': callerKey } }),
  '/v1 with x-goog-api-key': openai({ apiKey: 'unused', defaultHeaders: { 'x-goog-api-key': callerKey } }),
};

for (const [name, other] of Object.entries(ways)) {
  test(`prefix_${name}_AnswersEverythingAsV1Does`, async () => {
    const chat = { model: 'chat', messages };
    assertSame(await other.chat.completions.create(chat), await client.chat.completions.create(chat));
    assertSame(await all(await other.chat.completions.create({ ...chat, stream: true })), await all(await client.chat.completions.create({ ...chat, stream: true })));
    assertSame(await other.responses.create({ model: 'chat', input: 'Hello' }), await client.responses.create({ model: 'chat', input: 'Hello' }));
    assertSame(await other.embeddings.create({ model: 'embed', input: 'Hello' }), await client.embeddings.create({ model: 'embed', input: 'Hello' }));
  });
}

test('prefix_PlainFetch_NeedsNothingOfTheClient', async () => {
  const response = await fetch(`${gateway}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${callerKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'chat', messages, stream: true }),
  });
  const text = await response.text();

  assert.deepEqual([response.status, response.headers.get('content-type')?.split(';')[0], response.headers.get('x-accel-buffering')], [200, 'text/event-stream', 'no']);
  assert.ok(text.endsWith('data: [DONE]\n\n'));
  const chunks = text.split('\n\n').filter(event => event.startsWith('data: {')).map(event => JSON.parse(event.slice(6)));
  assert.equal(textOf(chunks), '[simulated] Hello there');
});
