// Another project's idea of OpenAI (@copilotkit/aimock) as the upstream: what our own simulator gets wrong, it may get right.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { LLMock } from '@copilotkit/aimock';
import OpenAI from 'openai';
import { all, failure, textOf, timeless } from './harness/answers.mjs';
import { ledgerRecord } from './harness/clients.mjs';
import { callerKey, startGateway } from './harness/servers.mjs';

const messages = [{ role: 'user', content: 'hello' }];
const long = 'A somewhat longer answer that goes out in several pieces, so that it can be cut.';
const embedding = [0.25, -0.5, 0.125];
const mock = new LLMock({ port: 0, host: '127.0.0.1', auth: { apiKeys: ['sk-mock-upstream-0001'] } });
let gateway, client, direct;

before(async () => {
  mock.onMessage('hello', { content: 'Hi there!', usage: { prompt_tokens: 11, completion_tokens: 3, total_tokens: 14 } });
  mock.onMessage('both tools', { toolCalls: [{ id: 'call_a', name: 'weather', arguments: '{"city":"Köln"}' }, { id: 'call_b', name: 'news', arguments: '{}' }] });
  mock.onMessage('cut me', { content: long }, { chunkSize: 8, truncateAfterChunks: 4, latency: 20 });
  mock.onMessage('limit me', { error: { message: 'Slow down.', type: 'requests', code: 'rate_limit_exceeded' }, status: 429, retryAfter: 5 });
  mock.onMessage('fail me', { error: { message: 'It broke.', type: 'server_error' }, status: 500 });
  mock.onMessage('garble me', { content: long }, { chaos: { malformedRate: 1 } });
  mock.onMessage('drop me', { content: long }, { chaos: { disconnectRate: 1 } });
  mock.onEmbedding('vector', { embedding });
  await mock.start();
  gateway = await startGateway({ providers: { mock: { type: 'openai-compatible', baseUrl: `${mock.url}/v1`, apiKey: 'sk-mock-upstream-0001' } } });
  client = new OpenAI({ baseURL: `${gateway.address}/v1`, apiKey: callerKey, maxRetries: 0, timeout: 15_000 });
  direct = new OpenAI({ baseURL: `${mock.url}/v1`, apiKey: 'sk-mock-upstream-0001', maxRetries: 0, timeout: 15_000 });
});

after(async () => {
  assert.equal(await gateway.stop(), 0);
  await mock.stop();
});

const said = text => [{ role: 'user', content: text }];

test('secondOpinion_Chat_IsTheMocksAnswer', async () => {
  const { data, request_id } = await client.chat.completions.create({ model: 'mock/gpt-4o', messages }).withResponse();

  assert.deepEqual(anonymous(data), anonymous(await direct.chat.completions.create({ model: 'gpt-4o', messages })));
  assert.equal(data.choices[0].message.content, 'Hi there!');
  const { inputTokens, outputTokens, finishReason } = await ledgerRecord(request_id, { at: gateway.address });
  assert.deepEqual({ inputTokens, outputTokens, finishReason }, { inputTokens: 11, outputTokens: 3, finishReason: 'stop' });
});

test('secondOpinion_ChatStream_IsTheMocksStream', async () => {
  const body = { messages, stream: true, stream_options: { include_usage: true } };
  const chunks = await all(await client.chat.completions.create({ ...body, model: 'mock/gpt-4o' }));

  assert.deepEqual(chunks.map(anonymous), (await all(await direct.chat.completions.create({ ...body, model: 'gpt-4o' }))).map(anonymous));
  assert.equal(textOf(chunks), 'Hi there!');
});

test('secondOpinion_ChatStream_IsCountedThoughNobodyAskedForUsage', async () => {
  const { data, request_id } = await client.chat.completions.create({ model: 'mock/gpt-4o', messages, stream: true }).withResponse();
  const chunks = await all(data);

  assert.ok(chunks.every(chunk => !chunk.usage && chunk.choices.length > 0));
  const { inputTokens, outputTokens, estimated } = await ledgerRecord(request_id, { at: gateway.address });
  assert.deepEqual({ inputTokens, outputTokens, estimated }, { inputTokens: 11, outputTokens: 3, estimated: false });
});

test('secondOpinion_ParallelTools_ComeWholePlainAndStreamed', async () => {
  const tools = ['weather', 'news'].map(name => ({ type: 'function', function: { name, parameters: { type: 'object', properties: {} } } }));
  const body = { model: 'mock/gpt-4o', messages: said('both tools'), tools };
  const expected = [
    { id: 'call_a', type: 'function', function: { name: 'weather', arguments: '{"city":"Köln"}' } },
    { id: 'call_b', type: 'function', function: { name: 'news', arguments: '{}' } },
  ];

  assert.deepEqual((await client.chat.completions.create(body)).choices[0].message.tool_calls, expected);
  const streamed = await client.chat.completions.stream(body).finalChatCompletion();
  assert.deepEqual(streamed.choices[0].message.tool_calls.map(({ id, type, function: { name, arguments: given } }) => ({ id, type, function: { name, arguments: given } })), expected);
});

test('secondOpinion_Responses_IsTheMocksAnswerPlainAndStreamed', async () => {
  const plain = await client.responses.create({ model: 'mock/gpt-4o', input: 'hello' });
  assert.deepEqual(anonymous(plain), anonymous(await direct.responses.create({ model: 'gpt-4o', input: 'hello' })));
  assert.equal(plain.output_text, 'Hi there!');

  const types = async (openai, model) => (await all(await openai.responses.create({ model, input: 'hello', stream: true }))).map(event => event.type);
  assert.deepEqual(await types(client, 'mock/gpt-4o'), await types(direct, 'gpt-4o'));
  assert.equal((await client.responses.stream({ model: 'mock/gpt-4o', input: 'hello' }).finalResponse()).output_text, 'Hi there!');
});

test('secondOpinion_Embeddings_AreTheMocksNumbers', async () => {
  const answer = await client.embeddings.create({ model: 'mock/text-embedding-3-small', input: 'vector' });
  assert.deepEqual(anonymous(answer), anonymous(await direct.embeddings.create({ model: 'text-embedding-3-small', input: 'vector' })));
  assert.deepEqual(answer.data[0].embedding, embedding);
});

test('secondOpinion_RateLimited_ComesWithTheMocksRetryAfter', async () => {
  const error = await failure(client.chat.completions.create({ model: 'mock/gpt-4o', messages: said('limit me') }));
  assert.ok(error instanceof OpenAI.RateLimitError);
  assert.deepEqual([error.headers.get('retry-after'), error.error.message, error.code], ['5', 'Slow down.', 'rate_limit_exceeded']);
});

test('secondOpinion_ServerError_KeepsItsWords', async () => {
  const error = await failure(client.chat.completions.create({ model: 'mock/gpt-4o', messages: said('fail me') }));
  assert.deepEqual([error.status, error.error.message], [500, 'It broke.']);
});

test('secondOpinion_StreamCutInTheMiddle_EndsInATypedErrorAndATruncatedRecord', async () => {
  const chunks = [];
  const { data, request_id } = await client.chat.completions.create({ model: 'mock/gpt-4o', messages: said('cut me'), stream: true }).withResponse();
  const error = await failure((async () => {
    for await (const chunk of data) chunks.push(chunk);
  })());

  assert.ok(error instanceof OpenAI.APIError && !(error instanceof OpenAI.APIConnectionError), `${error}`);
  assert.ok(long.startsWith(textOf(chunks)) && textOf(chunks).length < long.length);
  assert.equal((await ledgerRecord(request_id, { at: gateway.address })).truncated, true);
});

for (const fault of ['garble me', 'drop me']) {
  for (const stream of [false, true]) {
    test(`secondOpinion_${fault.replace(' me', '')}${stream ? 'Stream' : 'Plain'}_IsAnErrorAndNoAnswer`, async () => {
      const error = await failure(client.chat.completions.create({ model: 'mock/gpt-4o', messages: said(fault), stream }).then(answer => stream ? all(answer) : answer));
      assert.ok(error instanceof OpenAI.APIError && !(error instanceof OpenAI.APIConnectionError), `${error}`);
    });
  }
}

test('secondOpinion_KeyOfTheCaller_NeverReachedTheMock', () => {
  assert.ok(mock.getRequests().length > 0);
  assert.ok(!JSON.stringify(mock.getRequests()).includes(callerKey));
});

// The mock makes a new id for every answer.
function anonymous(value) {
  return JSON.parse(JSON.stringify(timeless(value), (name, member) => (/^(id|item_id|obfuscation|completed_at)$/.test(name) ? undefined : member)));
}
