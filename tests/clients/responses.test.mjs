import assert from 'node:assert/strict';
import { test } from 'node:test';
import { all, assertSame } from './harness/answers.mjs';
import { client, direct, ledgerRecord } from './harness/clients.mjs';

const input = [{ role: 'user', content: [{ type: 'input_text', text: 'Grüße — "hello"' }] }];
const echoed = '[simulated] Grüße — "hello"';
const tools = [{ type: 'function', name: 'weather', description: null, strict: true, parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'], additionalProperties: false } }];

test('responses_Plain_IsTheProvidersAnswerMemberByMember', async () => {
  const body = { input, instructions: 'Be brief.', metadata: { team: 'a' }, max_output_tokens: 200, store: true, user: 'anna' };
  const { data, request_id } = await client.responses.create({ ...body, model: 'chat' }).withResponse();

  assertSame(data, await direct.responses.create({ ...body, model: 'gpt-4o' }));
  assert.equal(data.output_text, echoed);
  const { model, provider, status, inputTokens, outputTokens, finishReason } = await ledgerRecord(request_id);
  assert.deepEqual(
    { model, provider, status, inputTokens, outputTokens, finishReason },
    { model: 'chat', provider: 'lab', status: 200, inputTokens: data.usage.input_tokens, outputTokens: data.usage.output_tokens, finishReason: 'completed' });
});

test('responses_Stream_IsTheProvidersStreamEventByEvent', async () => {
  const body = { input, stream: true };
  const events = await all(await client.responses.create({ ...body, model: 'chat' }));

  assertSame(events, await all(await direct.responses.create({ ...body, model: 'gpt-4o' })));
  assert.equal(events[0].type, 'response.created');
  assert.equal(events.at(-1).type, 'response.completed');
  assert.deepEqual(events.map(event => event.sequence_number), events.map((_, index) => index));
});

test('responses_StreamHelper_FoldsToThePlainAnswer', async () => {
  const seen = [];
  const stream = client.responses.stream({ model: 'chat', input }).on('response.output_text.delta', event => seen.push(event.delta));
  const final = await stream.finalResponse();

  assert.equal(final.output_text, echoed);
  assert.equal(seen.join(''), echoed);
  assert.equal(final.status, 'completed');
});

test('responses_Reasoning_ComesAsAnItemOfItsOwn', async () => {
  const body = { input, reasoning: { effort: 'high', summary: 'auto' }, include: ['reasoning.encrypted_content'] };
  const answer = await client.responses.create({ ...body, model: 'thinker' });

  assertSame(answer, await direct.responses.create({ ...body, model: 'gpt-5-mini' }));
  assert.deepEqual(answer.output.map(item => item.type), ['reasoning', 'message']);
});

test('responses_MaxOutputTokens_EndsIncomplete', async () => {
  const answer = await client.responses.create({ model: 'chat', input, max_output_tokens: 16, stream: false });
  const long = await client.responses.create({ model: 'chat', input: 'word '.repeat(40), max_output_tokens: 16 });
  assert.deepEqual([answer.status, long.status, long.incomplete_details], ['completed', 'incomplete', { reason: 'max_output_tokens' }]);
});

for (const stream of [false, true]) {
  test(`responses_Tools${stream ? 'Streaming' : ''}_ArePassedInBothDirections`, async () => {
    const ask = async body => stream ? client.responses.stream({ model: 'chat', ...body }).finalResponse() : client.responses.create({ model: 'chat', ...body });
    const first = await ask({ input: 'call:weather', tools });

    const [call] = first.output;
    assert.deepEqual([call.type, call.name, call.arguments, call.status], ['function_call', 'weather', '{"city":"city"}', 'completed']);
    const second = await ask({
      tools,
      input: [{ role: 'user', content: 'call:weather' }, call, { type: 'function_call_output', call_id: call.call_id, output: '{"celsius":21}' }].map(plain),
    });
    assert.equal(second.output_text, '[simulated] call:weather');
  });
}

test('responses_PreviousResponseId_ContinuesTheConversation', async () => {
  const first = await client.responses.create({ model: 'chat', input: 'call:weather', tools });
  const [call] = first.output;
  const second = await client.responses.create({
    model: 'chat', tools, previous_response_id: first.id, input: [{ type: 'function_call_output', call_id: call.call_id, output: '{"celsius":21}' }],
  });

  assert.equal(second.previous_response_id, first.id);
  assert.equal(second.output_text, '[simulated] call:weather');
  assert.ok(second.usage.input_tokens > first.usage.input_tokens, 'the provider remembered the first turn');
});

test('responses_Vision_ReachesTheProvider', async () => {
  const body = { input: [{ role: 'user', content: [{ type: 'input_text', text: 'What is it?' }, { type: 'input_image', image_url: 'https://example.com/a.png', detail: 'low' }] }] };
  const answer = await client.responses.create({ ...body, model: 'chat' });

  assertSame(answer, await direct.responses.create({ ...body, model: 'gpt-4o' }));
  assert.ok(answer.usage.input_tokens > 85);
});

test('responses_SimulatorProvider_NeedsNoUpstream', async () => {
  const plain = await client.responses.create({ model: 'parley/echo', input });
  const streamed = await client.responses.stream({ model: 'parley/echo', input }).finalResponse();
  assert.deepEqual([plain.output_text, streamed.output_text], [echoed, echoed]);
});

// What the parsing helpers add to an item is theirs and not for the provider.
function plain(item) {
  const { parsed_arguments, ...rest } = item;
  return rest;
}
