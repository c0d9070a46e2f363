// OpenAI's client, chat completions, in front of every provider.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import OpenAI from 'openai';
import { LengthFinishReasonError } from 'openai/core/error';
import { zodResponseFormat } from 'openai/helpers/zod';
import { z } from 'zod';
import { all, failure, textOf } from './harness/answers.mjs';
import { client } from './harness/clients.mjs';
import { answerTo, asked, forces, greeting, onEach, pixel, sees, signs, stops, targets, thoughtOn, weather } from './harness/providers.mjs';

const said = (content, role = 'user') => ({ role, content });
const ask = (target, content, options = {}) => client.chat.completions.create({ model: target.id, messages: [said(content)], ...options });
const tools = ['weather', 'news'].map(name => ({ type: 'function', function: { name, description: `Gets the ${name}.`, parameters: weather } }));
const results = calls => calls.map(call => ({ role: 'tool', tool_call_id: call.id, content: `{"of":"${call.function.name}"}` }));
const namesOf = calls => calls.map(call => call.function.name);

onEach('chatMatrix_Text_IsAnsweredAndCounted', async target => {
  const { data, response } = await ask(target, greeting).withResponse();
  const [{ message, finish_reason, index }] = data.choices;

  assert.deepEqual([message.role, message.content, finish_reason, index], ['assistant', answerTo(greeting), 'stop', 0]);
  assert.equal(response.headers.get('x-parley-provider'), target.provider);
  assert.equal(response.headers.get('x-parley-lost'), null);
  assert.ok(data.usage.prompt_tokens > 0 && data.usage.completion_tokens > 0);
  assert.equal(data.usage.total_tokens, data.usage.prompt_tokens + data.usage.completion_tokens);
});

onEach('chatMatrix_Stream_JoinsToThePlainAnswer', async target => {
  const plain = await ask(target, greeting);
  const chunks = await all(await ask(target, greeting, { stream: true, stream_options: { include_usage: true } }));

  assert.equal(textOf(chunks), plain.choices[0].message.content);
  assert.deepEqual(chunks.filter(chunk => chunk.choices[0]?.finish_reason).map(chunk => chunk.choices[0].finish_reason), ['stop']);
  const { usage } = chunks.at(-1);
  assert.deepEqual([usage.prompt_tokens, usage.completion_tokens], [plain.usage.prompt_tokens, plain.usage.completion_tokens]);
  assert.ok(chunks.length > 3, 'it comes in pieces');
  assert.equal(new Set(chunks.map(chunk => chunk.id)).size, 1);
});

onEach('chatMatrix_StreamWithoutUsageAsked_HasNone', async target => {
  const chunks = await all(await ask(target, greeting, { stream: true }));
  assert.ok(chunks.every(chunk => !chunk.usage && chunk.choices.length === 1));
});

onEach('chatMatrix_SystemText_ReachesTheModel', async target => {
  const bare = await ask(target, greeting);
  for (const role of ['system', 'developer']) {
    const answer = await client.chat.completions.create({ model: target.id, messages: [said('Be very brief and kind to all of them.', role), said(greeting)] });
    assert.equal(answer.choices[0].message.content, answerTo(greeting));
    assert.ok(answer.usage.prompt_tokens >= bare.usage.prompt_tokens + 9, `${answer.usage.prompt_tokens} after ${bare.usage.prompt_tokens}`);
  }
});

onEach('chatMatrix_SystemTextAlone_IsAnswered', async target => {
  const answer = await client.chat.completions.create({ model: target.id, messages: [said('Say hello.', 'system')] });
  assert.equal(answer.choices[0].finish_reason, 'stop');
});

onEach('chatMatrix_SeveralTurns_AnswersTheLast', async target => {
  const one = await ask(target, 'Third');
  const three = await client.chat.completions.create({ model: target.id, messages: [said('First'), said('Second', 'assistant'), said('And'), said('Third')] });

  assert.ok(three.choices[0].message.content.endsWith('Third'), three.choices[0].message.content);
  assert.ok(three.usage.prompt_tokens > one.usage.prompt_tokens);
});

for (const stream of [false, true]) {
  onEach(`chatMatrix_ParallelTools${stream ? 'Streamed' : ''}_AreCalledAndTheirResultsRead`, async target => {
    const complete = async body => stream
      ? client.chat.completions.stream({ model: target.id, tools, ...body }).finalChatCompletion()
      : client.chat.completions.create({ model: target.id, tools, ...body });
    const messages = [said('call:news and call:weather')];
    const first = await complete({ messages });

    const [{ message, finish_reason }] = first.choices;
    assert.equal(finish_reason, 'tool_calls');
    assert.deepEqual(namesOf(message.tool_calls), ['news', 'weather']);
    assert.equal(new Set(message.tool_calls.map(call => call.id)).size, 2);
    for (const call of message.tool_calls) assert.deepEqual(JSON.parse(call.function.arguments), asked);
    const second = await complete({ messages: [...messages, message, ...results(message.tool_calls)] });
    assert.deepEqual([second.choices[0].message.content, second.choices[0].finish_reason], [answerTo('call:news and call:weather'), 'stop']);
  });

  onEach(`chatMatrix_RunTools${stream ? 'Streamed' : ''}_LoopsUntilTheAnswer`, async target => {
    const given = [];
    const runner = client.chat.completions.runTools({
      model: target.id,
      stream,
      messages: [said('call:weather then tell')],
      tools: [{ type: 'function', function: { name: 'weather', description: 'Gets the weather.', parameters: weather, parse: JSON.parse, function: input => {
        given.push(input);
        return { celsius: 21 };
      } } }],
    });

    assert.equal(await runner.finalContent(), answerTo('call:weather then tell'));
    assert.deepEqual(given, [asked]);
  });
}

onEach('chatMatrix_ToolForcedByName_IsCalledUnasked', async target => {
  const answer = await ask(target, 'Hello', { tools, tool_choice: { type: 'function', function: { name: 'news' } } });
  assert.deepEqual(namesOf(answer.choices[0].message.tool_calls), ['news']);
}, forces);

onEach('chatMatrix_AnyToolRequired_OneIsCalled', async target => {
  const answer = await ask(target, 'Hello', { tools, tool_choice: 'required' });
  assert.deepEqual(namesOf(answer.choices[0].message.tool_calls), ['weather']);
}, forces);

onEach('chatMatrix_ToolsForbidden_AnswersInText', async target => {
  const answer = await ask(target, 'call:weather', { tools, tool_choice: 'none' });
  assert.deepEqual([answer.choices[0].message.content, answer.choices[0].message.tool_calls], [answerTo('call:weather'), undefined]);
});

onEach('chatMatrix_StructuredOutput_IsAnObjectOfTheSchema', async target => {
  const Event = z.object({ name: z.string(), guests: z.array(z.object({ name: z.string(), coming: z.boolean() })), kind: z.enum(['party', 'meeting']) });
  const body = { model: target.id, messages: [said('Anna gives a party, so call:parley_output')], response_format: zodResponseFormat(Event, 'event') };
  const sampled = { name: 'name', guests: [{ name: 'name', coming: true }], kind: 'party' };

  const plain = await client.chat.completions.parse(body);
  const streamed = await client.chat.completions.stream(body).finalChatCompletion();
  for (const [{ message, finish_reason }] of [plain.choices, streamed.choices]) {
    assert.deepEqual([message.parsed, finish_reason], [sampled, 'stop']);
    assert.ok(!message.tool_calls?.length, 'a tool that only stands for the schema stays inside');
  }
});

onEach('chatMatrix_InlineImage_ReachesTheModel', async target => {
  const text = 'What is it?';
  const without = await ask(target, text);
  const answer = await ask(target, [{ type: 'text', text }, { type: 'image_url', image_url: { url: `data:image/png;base64,${pixel}` } }]);

  assert.equal(answer.choices[0].message.content, answerTo(text));
  assert.ok(answer.usage.prompt_tokens >= without.usage.prompt_tokens + 50, `${answer.usage.prompt_tokens} after ${without.usage.prompt_tokens}`);
}, sees);

onEach('chatMatrix_InlineDocument_ReachesTheModel', async target => {
  const file_data = `data:application/pdf;base64,${Buffer.from('%PDF-1.4 one two three').toString('base64')}`;
  const { data, response } = await ask(target, [{ type: 'file', file: { filename: 'report.pdf', file_data } }, { type: 'text', text: 'What is it?' }]).withResponse();
  assert.equal(data.choices[0].message.content, answerTo('What is it?'));
  assert.ok(!response.headers.get('x-parley-lost')?.includes('messages'), response.headers.get('x-parley-lost'));
}, sees);

for (const stream of [false, true]) {
  onEach(`chatMatrix_Reasoning${stream ? 'Streamed' : ''}_ComesAndIsTakenBackWithItsSignature`, async target => {
    const complete = body => reasoned({ model: target.id, tools, reasoning_effort: 'high', max_completion_tokens: 9000, stream, ...body });
    const messages = [said('call:weather please')];
    const { message, finish_reason } = await complete({ messages });

    assert.deepEqual([message.reasoning_content, finish_reason], [thoughtOn(target, 'call:weather please'), 'tool_calls']);
    assert.ok(message.reasoning_details.some(detail => detail.signature || detail.data), JSON.stringify(message.reasoning_details));
    // The simulated vendors refuse thoughts that are missing where they must stand, or that are not as they were signed.
    const second = await complete({ messages: [...messages, message, ...results(message.tool_calls)] });
    assert.equal(second.message.content, answerTo('call:weather please'));
    const third = await complete({ messages: [...messages, message, ...results(message.tool_calls), second.message, said('Thanks')] });
    assert.equal(third.message.content, answerTo('Thanks'));
  }, signs);
}

onEach('chatMatrix_StopSequence_EndsTheAnswerBeforeIt', async target => {
  const answer = await ask(target, 'one two three four', { stop: ['three'] });
  assert.deepEqual([answer.choices[0].message.content, answer.choices[0].finish_reason], ['[simulated] one two ', 'stop']);
}, stops);

onEach('chatMatrix_StopSequenceRefusedByTheModel_IsReported', async target => {
  const { data, response } = await ask(target, 'one two three four', { stop: ['three'] }).withResponse();
  assert.equal(data.choices[0].message.content, answerTo('one two three four'));
  assert.equal(response.headers.get('x-parley-lost'), 'stop');
}, target => !target.stops);

onEach('chatMatrix_TokenLimit_EndsWithLength', async target => {
  const limit = target.thinks === 'sealed' ? 70 : 6;
  for (const stream of [false, true]) {
    const body = { model: target.id, messages: [said('word '.repeat(40))], max_completion_tokens: limit };
    const answer = stream ? await client.chat.completions.stream(body).finalChatCompletion().catch(error => error) : await client.chat.completions.create(body);
    // The helper throws what it cannot call whole.
    if (stream) assert.ok(answer instanceof LengthFinishReasonError || answer.choices[0].finish_reason === 'length', `${answer}`);
    else assert.equal(answer.choices[0].finish_reason, 'length');
  }
});

onEach('chatMatrix_SettingsTheTargetLacks_AreReportedAndNoError', async target => {
  const { data, response } = await ask(target, greeting, { logit_bias: { 50256: -100 }, seed: 7 }).withResponse();
  assert.equal(data.choices[0].message.content, answerTo(greeting));
  assert.ok(response.headers.get('x-parley-lost').split(/, ?/).includes('logit_bias'));
}, target => target.provider !== 'openai');

onEach('chatMatrix_UnknownUpstreamModel_Is404', async target => {
  const error = await failure(client.chat.completions.create({ model: `${target.provider}/nobody-knows-this`, messages: [said('Hello')] }));
  assert.ok(error instanceof OpenAI.NotFoundError, `${error}`);
  assert.ok(error.error.message);
}, target => target.provider !== 'bedrock');

onEach('chatMatrix_BadRequest_Is400NamingTheField', async target => {
  const error = await failure(client.chat.completions.create({ model: target.id, messages: [said('Hello', 'robot')] }));
  assert.ok(error instanceof OpenAI.BadRequestError, `${error}`);
  assert.match(error.param, /^messages(\[0\]|\.\[?0\]?)\.role$/);
  assert.equal(error.type, 'invalid_request_error');
});

onEach('chatMatrix_RateLimited_Is429WithRetryAfter', async target => {
  const error = await failure(client.chat.completions.create({ model: target.busy, messages: [said('Hello')] }));
  assert.ok(error instanceof OpenAI.RateLimitError, `${error}`);
  assert.ok(error.error.message);
});

onEach('chatMatrix_StreamBrokenInTheMiddle_EndsInATypedError', async target => {
  const chunks = [];
  const error = await failure((async () => {
    for await (const chunk of await client.chat.completions.create({ model: target.breaks, messages: [said(greeting)], stream: true })) chunks.push(chunk);
  })());
  assert.ok(error instanceof OpenAI.APIError && !(error instanceof OpenAI.APIConnectionError), `${error}`);
  assert.ok(chunks.every(chunk => chunk.choices.every(choice => !choice.finish_reason)), 'no finish was invented');
});

onEach('chatMatrix_AbortInMidStream_EndsTheStream', async target => {
  const stream = await client.chat.completions.create({ model: target.stalls, messages: [said('word '.repeat(40))], stream: true });
  for await (const chunk of stream) {
    if (chunk.choices[0]?.delta?.content) stream.controller.abort();
  }
  assert.ok(stream.controller.signal.aborted);
});

test('chatMatrix_Catalogue_ListsEveryTarget', async () => {
  const ids = (await all(client.models.list())).map(model => model.id);
  assert.deepEqual(targets.filter(target => !ids.includes(target.id)), []);
});

// One answer's first choice, whole; a stream is put together by what the extension fields say of themselves.
async function reasoned(body) {
  const answer = await client.chat.completions.create(body);
  if (!body.stream) return answer.choices[0];
  const message = { role: 'assistant', content: '', reasoning_content: '', reasoning_details: [], tool_calls: [] };
  let finish_reason;
  for await (const { choices: [choice] } of answer) {
    if (!choice) continue;
    const { content, reasoning_content, reasoning_details = [], tool_calls = [] } = choice.delta;
    message.content += content ?? '';
    message.reasoning_content += reasoning_content ?? '';
    for (const detail of reasoning_details) add(message.reasoning_details, detail);
    for (const { index, function: called, ...call } of tool_calls) {
      message.tool_calls[index] ??= { ...call, function: { name: '', arguments: '' } };
      message.tool_calls[index].function.name += called?.name ?? '';
      message.tool_calls[index].function.arguments += called?.arguments ?? '';
    }
    finish_reason = choice.finish_reason ?? finish_reason;
  }
  if (message.tool_calls.length === 0) delete message.tool_calls;
  return { message, finish_reason };
}

function add(details, piece) {
  const known = details.find(detail => detail.index === piece.index && detail.type === piece.type);
  if (!known) details.push({ ...piece });
  else for (const [name, value] of Object.entries(piece)) known[name] = ['text', 'summary', 'data', 'signature'].includes(name) ? (known[name] ?? '') + value : value;
}
