import assert from 'node:assert/strict';
import { test } from 'node:test';
import { all, assertSame, textOf } from './harness/answers.mjs';
import { client, direct, ledgerRecord } from './harness/clients.mjs';

const messages = [{ role: 'system', content: 'Be brief.' }, { role: 'user', content: 'Grüße, 世界 👋 — say "hello"\nto \\everyone\\.' }];
const echoed = `[simulated] ${messages[1].content}`;

test('chat_Plain_IsTheProvidersAnswerMemberByMember', async () => {
  const { data, response, request_id } = await client.chat.completions.create({ model: 'chat', messages }).withResponse();

  assertSame(data, await direct.chat.completions.create({ model: 'gpt-4o', messages }));
  assert.equal(data.choices[0].message.content, echoed);
  assert.deepEqual(
    ['x-parley-provider', 'x-parley-model', 'x-parley-attempts'].map(name => response.headers.get(name)),
    ['lab', 'gpt-4o', '1']);
  assert.equal(data._request_id, request_id);
});

test('chat_Plain_IsInTheLedgerWithTheProvidersTokens', async () => {
  const { data, request_id } = await client.chat.completions.create({ model: 'chat', messages }).withResponse();

  const { requestId, keyName, model, modelAnswered, provider, status, stream, truncated, aborted, estimated, inputTokens, outputTokens, finishReason } = await ledgerRecord(request_id);
  assert.deepEqual(
    { requestId, keyName, model, modelAnswered, provider, status, stream, truncated, aborted, estimated, inputTokens, outputTokens, finishReason },
    {
      requestId: request_id, keyName: 'clients', model: 'chat', modelAnswered: 'gpt-4o-2024-08-06', provider: 'lab', status: 200, stream: false,
      truncated: false, aborted: false, estimated: false,
      inputTokens: data.usage.prompt_tokens, outputTokens: data.usage.completion_tokens, finishReason: 'stop',
    });
});

test('chat_Alias_AnswersAsItsModel', async () => {
  assertSame(await client.chat.completions.create({ model: 'team/chat-latest', messages }), await client.chat.completions.create({ model: 'chat', messages }));
});

test('chat_ProviderPrefix_ReachesAModelOutsideTheCatalogue', async () => {
  const body = { messages };
  assertSame(
    await client.chat.completions.create({ ...body, model: 'lab/gpt-4.1-mini' }),
    await direct.chat.completions.create({ ...body, model: 'gpt-4.1-mini' }));
});

test('chat_SimulatorProvider_NeedsNoUpstream', async () => {
  const { data, response } = await client.chat.completions.create({ model: 'parley/echo', messages }).withResponse();

  assert.equal(data.choices[0].message.content, echoed);
  assert.equal(data.model, 'parley/echo');
  assert.equal(response.headers.get('x-parley-provider'), 'simulator');
});

test('chat_Reasoning_KeepsItsTokenDetails', async () => {
  const body = { messages, reasoning_effort: 'high', max_completion_tokens: 500 };
  const answer = await client.chat.completions.create({ ...body, model: 'thinker' });

  assertSame(answer, await direct.chat.completions.create({ ...body, model: 'gpt-5-mini' }));
  assert.ok(answer.usage.completion_tokens_details.reasoning_tokens > 0);
});

test('chat_LogprobsOfSeveralChoices_ComeWhole', async () => {
  const body = { messages, n: 2, logprobs: true, top_logprobs: 1, stop: ['everyone'], seed: 7, metadata: { team: 'a' }, store: false };
  const answer = await client.chat.completions.create({ ...body, model: 'chat' });

  assertSame(answer, await direct.chat.completions.create({ ...body, model: 'gpt-4o' }));
  assert.deepEqual(answer.choices.map(choice => choice.index), [0, 1]);
  assert.equal(answer.choices[1].logprobs.content.map(piece => piece.token).join(''), answer.choices[1].message.content);
});

test('chat_MaxTokens_EndsWithLength', async () => {
  const answer = await client.chat.completions.create({ model: 'chat', messages, max_tokens: 3 });
  assert.deepEqual([answer.choices[0].finish_reason, answer.usage.completion_tokens], ['length', 3]);
});

test('chat_VisionByAddressAndInline_ReachesTheProvider', async () => {
  const pixel = 'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
  const body = {
    messages: [{
      role: 'user',
      content: [
        { type: 'text', text: 'What is the difference?' },
        { type: 'image_url', image_url: { url: 'https://example.com/a.png', detail: 'low' } },
        { type: 'image_url', image_url: { url: pixel } },
      ],
    }],
  };
  const answer = await client.chat.completions.create({ ...body, model: 'chat' });

  assertSame(answer, await direct.chat.completions.create({ ...body, model: 'gpt-4o' }));
  assert.equal(answer.choices[0].message.content, '[simulated] What is the difference?');
  assert.ok(answer.usage.prompt_tokens > 170, 'both images are counted by the provider');
});

test('chat_FirstTargetDown_IsAnsweredByTheNext', async () => {
  const { data, response, request_id } = await client.chat.completions.create({ model: 'safe', messages }).withResponse();

  assert.equal(data.choices[0].message.content, echoed);
  assert.deepEqual(['x-parley-provider', 'x-parley-attempts'].map(name => response.headers.get(name)), ['modern', '2']);
  const record = await ledgerRecord(request_id);
  assert.deepEqual(
    record.attempts.map(({ target, status, reason }) => ({ target, status, reason })),
    [{ target: 'lab/sim-fault-503', status: 503, reason: 'upstream_failed' }, { target: 'modern/gpt-4o', status: 200, reason: null }]);
});

test('chatStream_Plain_IsTheProvidersStreamChunkByChunk', async () => {
  const chunks = await all(await client.chat.completions.create({ model: 'chat', messages, stream: true }));

  const expected = await all(await direct.chat.completions.create({ model: 'gpt-4o', messages, stream: true }));
  assert.equal(textOf(chunks), echoed);
  assert.equal(chunks.length, expected.length, 'the usage chunk that nobody asked for is hidden');
  assert.ok(chunks.every(chunk => !chunk.usage));
  assert.deepEqual(chunks.map(contentOf), expected.map(contentOf));
});

test('chatStream_IncludeUsage_IsTheProvidersStreamMemberByMember', async () => {
  const body = { messages, stream: true, stream_options: { include_usage: true } };
  const chunks = await all(await client.chat.completions.create({ ...body, model: 'chat' }));

  assertSame(chunks, await all(await direct.chat.completions.create({ ...body, model: 'gpt-4o' })));
  assert.deepEqual(chunks.at(-1).choices, []);
  assert.ok(chunks.at(-1).usage.total_tokens > 0);
  assert.ok(chunks.slice(0, -1).every(chunk => chunk.usage === null));
});

test('chatStream_WithoutUsageAsked_IsCountedAllTheSame', async () => {
  const { data, request_id } = await client.chat.completions.create({ model: 'chat', messages, stream: true }).withResponse();
  await all(data);

  const { usage } = await client.chat.completions.create({ model: 'chat', messages });
  const { inputTokens, outputTokens, stream, truncated, estimated, finishReason } = await ledgerRecord(request_id);
  assert.deepEqual(
    { inputTokens, outputTokens, stream, truncated, estimated, finishReason },
    { inputTokens: usage.prompt_tokens, outputTokens: usage.completion_tokens, stream: true, truncated: false, estimated: false, finishReason: 'stop' });
});

test('chatStream_SeveralChoices_AreKeptApart', async () => {
  const stream = client.chat.completions.stream({ model: 'chat', messages, n: 3 });
  const { choices } = await stream.finalChatCompletion();
  assert.deepEqual(choices.map(choice => choice.message.content), [echoed, `${echoed} (2)`, `${echoed} (3)`]);
});

test('chatStream_SimulatorProvider_EndsAsItShould', async () => {
  const chunks = await all(await client.chat.completions.create({ model: 'parley/echo', messages, stream: true }));
  assert.equal(textOf(chunks), echoed);
  assert.equal(chunks.at(-1).choices[0].finish_reason, 'stop');
});

for (const oddity of ['crlf', 'heartbeats', 'no-final-newline', 'usage-with-choices', 'slow-drip-0', 'annotations-after-finish', 'no-usage']) {
  test(`chatStream_ProviderWith_${oddity}_IsReadByTheClient`, async () => {
    const chunks = await all(await client.chat.completions.create({ model: `lab/sim-fault-${oddity}`, messages, stream: true }));
    assert.equal(textOf(chunks), echoed);
  });
}

// The provider pads its chunks; what it pads with follows from the whole request, which asks for usage behind the client's back.
function contentOf({ choices, model, object }) {
  return { choices, model, object };
}
