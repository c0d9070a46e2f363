import assert from 'node:assert/strict';
import { test } from 'node:test';
import { all, assertSame } from './harness/answers.mjs';
import { client, direct } from './harness/clients.mjs';

const parameters = { type: 'object', properties: { city: { type: 'string' }, days: { type: 'integer', minimum: 2 } }, required: ['city', 'days'], additionalProperties: false };
const tools = ['weather', 'news'].map(name => ({ type: 'function', function: { name, description: `Gets the ${name}.`, parameters, strict: true } }));
const ask = text => ({ messages: [{ role: 'user', content: text }], tools });

test('chatTools_OneCall_ComesWhole', async () => {
  const body = ask('Please call:weather for me');
  const answer = await client.chat.completions.create({ ...body, model: 'chat' });

  assertSame(answer, await direct.chat.completions.create({ ...body, model: 'gpt-4o' }));
  const [call] = answer.choices[0].message.tool_calls;
  assert.deepEqual({ ...call, id: undefined }, { id: undefined, type: 'function', function: { name: 'weather', arguments: '{"city":"city","days":2}' } });
  assert.equal(answer.choices[0].finish_reason, 'tool_calls');
});

test('chatTools_ParallelCalls_KeepTheirOrderAndIds', async () => {
  const body = ask('call:news and call:weather');
  const answer = await client.chat.completions.create({ ...body, model: 'chat' });

  assertSame(answer, await direct.chat.completions.create({ ...body, model: 'gpt-4o' }));
  const calls = answer.choices[0].message.tool_calls;
  assert.deepEqual(calls.map(call => call.function.name), ['news', 'weather']);
  assert.equal(new Set(calls.map(call => call.id)).size, 2);
});

test('chatTools_ParallelCallsForbidden_GivesOne', async () => {
  const answer = await client.chat.completions.create({ ...ask('call:news and call:weather'), model: 'chat', parallel_tool_calls: false });
  assert.deepEqual(answer.choices[0].message.tool_calls.map(call => call.function.name), ['news']);
});

test('chatTools_ForcedByName_IsCalledUnasked', async () => {
  const answer = await client.chat.completions.create({ ...ask('Hello'), model: 'chat', tool_choice: { type: 'function', function: { name: 'news' } } });
  assert.deepEqual(answer.choices[0].message.tool_calls.map(call => call.function.name), ['news']);
});

test('chatTools_ParallelCallsInAStream_AreReassembledAsInThePlainAnswer', async () => {
  const body = ask('call:news and call:weather');
  const plain = await client.chat.completions.create({ ...body, model: 'chat' });
  const streamed = await client.chat.completions.stream({ ...body, model: 'chat' }).finalChatCompletion();

  // Ids follow from the request, which says stream.
  const calls = completion => completion.choices[0].message.tool_calls.map(({ type, function: { name, arguments: given } }) => ({ type, name, given }));
  assert.deepEqual(calls(streamed), calls(plain));
  assert.equal(streamed.choices[0].finish_reason, 'tool_calls');
});

test('chatTools_Stream_IsTheProvidersStreamMemberByMember', async () => {
  const body = { ...ask('call:news and call:weather'), stream: true, stream_options: { include_usage: true } };
  assertSame(
    await all(await client.chat.completions.create({ ...body, model: 'chat' })),
    await all(await direct.chat.completions.create({ ...body, model: 'gpt-4o' })));
});

for (const stream of [false, true]) {
  test(`chatTools_RunTools${stream ? 'Streaming' : ''}_LoopsUntilTheAnswer`, async () => {
    const given = [];
    const runner = client.chat.completions.runTools({
      model: 'chat',
      stream,
      messages: [{ role: 'user', content: 'call:weather then tell' }],
      tools: [{ type: 'function', function: { name: 'weather', description: 'Gets the weather.', parameters, parse: JSON.parse, function: input => {
        given.push(input);
        return { celsius: 21 };
      } } }],
    });

    assert.equal(await runner.finalContent(), '[simulated] call:weather then tell');
    assert.deepEqual(given, [{ city: 'city', days: 2 }]);
    assert.deepEqual(runner.messages.map(message => message.role), ['user', 'assistant', 'tool', 'assistant']);
  });
}
