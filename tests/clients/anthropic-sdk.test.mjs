// Anthropic's client in front of every provider.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import Anthropic from '@anthropic-ai/sdk';
import { zodOutputFormat } from '@anthropic-ai/sdk/helpers/zod';
import { z } from 'zod';
import { all, failure } from './harness/answers.mjs';
import { gateway } from './harness/clients.mjs';
import { answerTo, asked, forces, greeting, onEach, pixel, sees, stops, targets, thinks, thoughtOn, weather } from './harness/providers.mjs';
import { callerKey } from './harness/servers.mjs';

const client = new Anthropic({ baseURL: gateway, apiKey: callerKey, authToken: null, maxRetries: 0, timeout: 15_000 });
const said = (content, role = 'user') => ({ role, content });
const ask = (target, content, options = {}) => client.messages.create({ model: target.id, max_tokens: 500, messages: [said(content)], ...options });
const textOf = message => message.content.filter(block => block.type === 'text').map(block => block.text).join('');
const tools = ['weather', 'news'].map(name => ({ name, description: `Gets the ${name}.`, input_schema: weather }));
const callsOf = message => message.content.filter(block => block.type === 'tool_use');
const results = message => callsOf(message).map(call => ({ type: 'tool_result', tool_use_id: call.id, content: `The ${call.name} is good.` }));

onEach('messages_Text_IsAnsweredAndCounted', async target => {
  const { data, response } = await ask(target, greeting).withResponse();

  assert.deepEqual([data.type, data.role, data.stop_reason, data.stop_sequence], ['message', 'assistant', 'end_turn', null]);
  assert.equal(textOf(data), answerTo(greeting));
  assert.ok(data.usage.input_tokens > 0 && data.usage.output_tokens > 0);
  assert.equal(response.headers.get('x-parley-provider'), target.provider);
  assert.equal(response.headers.get('x-parley-lost'), null);
});

onEach('messages_Stream_FoldsToThePlainAnswer', async target => {
  const plain = await ask(target, greeting);
  const pieces = [];
  const stream = client.messages.stream({ model: target.id, max_tokens: 500, messages: [said(greeting)] }).on('text', piece => pieces.push(piece));
  const final = await stream.finalMessage();

  assert.equal(pieces.join(''), answerTo(greeting));
  assert.ok(pieces.length > 3, 'it comes in pieces');
  // Gemini signs a stream at its end and a plain answer before its text.
  const kept = ({ content, stop_reason, stop_sequence, usage: { input_tokens, output_tokens } }) =>
    ({ text: textOf({ content }), types: content.map(block => block.type).sort(), stop_reason, stop_sequence, input_tokens, output_tokens });
  assert.deepEqual(kept(final), kept(plain));
});

onEach('messages_StreamEvents_ComeInAnthropicsOrder', async target => {
  const events = (await all(await ask(target, greeting, { stream: true }))).map(event => event.type).filter(type => type !== 'ping');
  assert.match(events.join(' '), /^message_start( content_block_start( content_block_delta)* content_block_stop)+ message_delta message_stop$/);
});

onEach('messages_SystemText_ReachesTheModel', async target => {
  const bare = await ask(target, greeting);
  const text = 'Be very brief and kind to all of them.';
  for (const system of [text, [{ type: 'text', text, cache_control: { type: 'ephemeral' } }]]) {
    const { usage } = await ask(target, greeting, { system });
    const input = usage.input_tokens + (usage.cache_creation_input_tokens ?? 0) + (usage.cache_read_input_tokens ?? 0);
    assert.ok(input >= bare.usage.input_tokens + 9, `${input} after ${bare.usage.input_tokens}`);
  }
});

onEach('messages_SeveralTurns_AnswersTheLast', async target => {
  const messages = [said('First'), said([{ type: 'text', text: 'Second' }], 'assistant'), said('Third')];
  const answer = await client.messages.create({ model: target.id, max_tokens: 500, messages });
  assert.equal(textOf(answer), answerTo('Third'));
});

for (const stream of [false, true]) {
  onEach(`messages_ParallelTools${stream ? 'Streamed' : ''}_AreCalledAndTheirResultsRead`, async target => {
    const complete = body => finish({ model: target.id, max_tokens: 500, tools, ...body }, stream);
    const messages = [said('call:news and call:weather')];
    const first = await complete({ messages });

    assert.equal(first.stop_reason, 'tool_use');
    assert.deepEqual(callsOf(first).map(({ name, input }) => ({ name, input })), [{ name: 'news', input: asked }, { name: 'weather', input: asked }]);
    const second = await complete({ messages: [...messages, said(first.content, 'assistant'), said(results(first))] });
    assert.deepEqual([textOf(second), second.stop_reason], [answerTo('call:news and call:weather'), 'end_turn']);
  });
}

onEach('messages_FailedToolResult_IsRead', async target => {
  const messages = [said('call:weather')];
  const first = await client.messages.create({ model: target.id, max_tokens: 500, tools, messages });
  const [call] = callsOf(first);
  const failed = { type: 'tool_result', tool_use_id: call.id, is_error: true, content: [{ type: 'text', text: 'No such city.' }] };
  const second = await client.messages.create({ model: target.id, max_tokens: 500, tools, messages: [...messages, said(first.content, 'assistant'), said([failed])] });
  assert.equal(textOf(second), answerTo('call:weather'));
});

onEach('messages_ToolRunner_LoopsUntilTheAnswer', async target => {
  const given = [];
  const answer = await client.beta.messages.toolRunner({
    model: target.id,
    max_tokens: 500,
    messages: [said('call:weather then tell')],
    tools: [{ name: 'weather', description: 'Gets the weather.', input_schema: weather, type: 'custom', parse: input => input, run: input => {
      given.push(input);
      return '21 degrees';
    } }],
  });
  assert.equal(textOf(answer), answerTo('call:weather then tell'));
  assert.deepEqual(given, [asked]);
});

onEach('messages_ToolRunnerStreamed_LoopsUntilTheAnswer', async target => {
  const messages = [];
  const tools = [{ name: 'weather', description: 'Gets the weather.', input_schema: weather, type: 'custom', parse: input => input, run: () => '21 degrees' }];
  const runner = client.beta.messages.toolRunner({ model: target.id, max_tokens: 500, messages: [said('call:weather then tell')], tools, stream: true });
  for await (const stream of runner) messages.push(await stream.finalMessage());
  assert.deepEqual(messages.map(message => message.stop_reason), ['tool_use', 'end_turn']);
  assert.equal(textOf(messages.at(-1)), answerTo('call:weather then tell'));
});

onEach('messages_Thread_IsReplayedByTheClientSoThatNothingIsForgotten', async target => {
  const thread = client.beta.messages.thread({ model: target.id, max_tokens: 500 });
  const inputs = [];
  for (const text of ['First of all', 'Second of all', 'Third of all']) {
    const answer = await thread.send([said(text)]);
    assert.equal(textOf(answer), answerTo(text));
    inputs.push(answer.usage.input_tokens);
  }
  assert.ok(inputs[0] < inputs[1] && inputs[1] < inputs[2], `the whole conversation reaches the model: ${inputs}`);
});

onEach('messages_Documents_ReachTheModel', async target => {
  const pdf = { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: Buffer.from('%PDF-1.4 one two three').toString('base64') }, title: 'Report' };
  const { data, response } = await ask(target, [pdf, { type: 'text', text: 'What is it?' }]).withResponse();
  assert.equal(textOf(data), answerTo('What is it?'));
  // The words of a PDF are counted by few; that it was written for all, its title aside, is told by what was not lost.
  assert.match(response.headers.get('x-parley-lost') ?? '', /^(messages\[0\]\.content\[0\]\.title)?$/);
}, sees);

for (const [tool_choice, called] of [[{ type: 'tool', name: 'news' }, 'news'], [{ type: 'any' }, 'weather']]) {
  onEach(`messages_ToolChoice_${tool_choice.type}_IsCalledUnasked`, async target => {
    const answer = await ask(target, 'Hello', { tools, tool_choice });
    assert.deepEqual(callsOf(answer).map(call => call.name), [called]);
  }, forces);
}

onEach('messages_ParallelToolsForbidden_GivesOne', async target => {
  const answer = await ask(target, 'call:news and call:weather', { tools, tool_choice: { type: 'auto', disable_parallel_tool_use: true } });
  assert.deepEqual(callsOf(answer).map(call => call.name), ['news']);
}, target => target.provider === 'openai' || /claude/.test(target.model));

onEach('messages_StructuredOutput_IsAnObjectOfTheSchema', async target => {
  const Event = z.object({ name: z.string(), guests: z.array(z.object({ name: z.string(), coming: z.boolean() })), kind: z.enum(['party', 'meeting']) });
  const answer = await client.messages.parse({
    model: target.id, max_tokens: 500, messages: [said('Anna gives a party, so call:parley_output')], output_config: { format: zodOutputFormat(Event) },
  });
  assert.deepEqual(answer.parsed_output, { name: 'name', guests: [{ name: 'name', coming: true }], kind: 'party' });
  assert.equal(answer.stop_reason, 'end_turn');
});

onEach('messages_InlineImage_ReachesTheModel', async target => {
  const text = 'What is it?';
  const bare = await ask(target, text);
  const answer = await ask(target, [{ type: 'image', source: { type: 'base64', media_type: 'image/png', data: pixel } }, { type: 'text', text }]);

  assert.equal(textOf(answer), answerTo(text));
  assert.ok(answer.usage.input_tokens >= bare.usage.input_tokens + 50, `${answer.usage.input_tokens} after ${bare.usage.input_tokens}`);
}, sees);

for (const stream of [false, true]) {
  onEach(`messages_Thinking${stream ? 'Streamed' : ''}_ComesAndIsTakenBackWithItsSignature`, async target => {
    const thinking = target.id === 'on-anthropic-adaptive' ? { type: 'adaptive', display: 'summarized' } : { type: 'enabled', budget_tokens: 2000 };
    const complete = body => finish({ model: target.id, max_tokens: 4000, tools, thinking, ...body }, stream);
    const messages = [said('call:weather please')];
    const first = await complete({ messages });

    assert.equal(first.content[0].type, 'thinking');
    assert.equal(first.content[0].thinking, thoughtOn(target, 'call:weather please'));
    assert.ok(first.content.some(block => block.signature || block.data), 'what is thought is signed');
    // The simulated vendors refuse thoughts that are missing where they must stand, or that are not as they were signed.
    const answered = [...messages, said(first.content, 'assistant'), said(results(first))];
    const second = await complete({ messages: answered });
    assert.equal(textOf(second), answerTo('call:weather please'));
    const third = await complete({ messages: [...answered, said(second.content, 'assistant'), said('Thanks')] });
    assert.equal(textOf(third), answerTo('Thanks'));
  }, thinks);
}

onEach('messages_StopSequence_EndsTheAnswerBeforeIt', async target => {
  const answer = await ask(target, 'one two three four', { stop_sequences: ['three'] });
  assert.equal(textOf(answer), '[simulated] one two ');
  // Only Anthropic's own says which sequence it was.
  assert.ok(['end_turn', 'stop_sequence'].includes(answer.stop_reason), answer.stop_reason);
  if (target.provider === 'anthropic') assert.equal(answer.stop_sequence, 'three');
}, stops);

onEach('messages_TokenLimit_EndsWithMaxTokens', async target => {
  const limit = target.thinks === 'sealed' ? 70 : 6;
  for (const stream of [false, true])
    assert.equal((await finish({ model: target.id, max_tokens: limit, messages: [said('word '.repeat(40))] }, stream)).stop_reason, 'max_tokens');
});

onEach('messages_BadRequest_Is400InAnthropicsWords', async target => {
  const error = await failure(client.messages.create({ model: target.id, max_tokens: 500, messages: [said('Hello', 'robot')] }));
  assert.ok(error instanceof Anthropic.BadRequestError, `${error}`);
  assert.deepEqual([error.error.type, error.error.error.type], ['error', 'invalid_request_error']);
  assert.match(error.message, /role/);
});

onEach('messages_UnknownUpstreamModel_Is404InAnthropicsWords', async target => {
  const error = await failure(client.messages.create({ model: `${target.provider}/nobody-knows-this`, max_tokens: 500, messages: [said('Hello')] }));
  assert.ok(error instanceof Anthropic.NotFoundError, `${error}`);
  assert.equal(error.error.error.type, 'not_found_error');
}, target => target.provider !== 'bedrock');

onEach('messages_RateLimited_Is429InAnthropicsWords', async target => {
  const error = await failure(client.messages.create({ model: target.busy, max_tokens: 500, messages: [said('Hello')] }));
  assert.ok(error instanceof Anthropic.RateLimitError, `${error}`);
  assert.equal(error.error.error.type, 'rate_limit_error');
});

onEach('messages_StreamBrokenInTheMiddle_EndsInATypedError', async target => {
  const error = await failure((async () => all(await client.messages.create({ model: target.breaks, max_tokens: 500, messages: [said(greeting)], stream: true })))());
  assert.ok(error instanceof Anthropic.APIError && !(error instanceof Anthropic.APIConnectionError), `${error}`);
});

onEach('messages_AbortInMidStream_EndsInTheClientsAbort', async target => {
  const stream = client.messages.stream({ model: target.stalls, max_tokens: 500, messages: [said('word '.repeat(40))] }).on('text', () => stream.abort());
  assert.ok(await failure(stream.finalMessage()) instanceof Anthropic.APIUserAbortError);
});

onEach('messages_CountTokens_IsAnthropicsOwn', async target => {
  const { input_tokens } = await client.messages.countTokens({ model: target.id, messages: [said(greeting)], tools });
  const { usage } = await ask(target, greeting, { tools });
  assert.equal(input_tokens, usage.input_tokens);
}, target => ['anthropic', 'foundry'].includes(target.provider));

// Clients that get 404 estimate for themselves.
onEach('messages_CountTokensWhereNobodyCounts_Is404', async target => {
  const error = await failure(client.messages.countTokens({ model: target.id, messages: [said(greeting)] }));
  assert.ok(error instanceof Anthropic.NotFoundError, `${error}`);
  assert.equal(error.error.error.type, 'not_found_error');
}, target => target.provider === 'openai');

test('messages_UnknownModel_Is404InAnthropicsWords', async () => {
  const error = await failure(ask({ id: 'on-anthropik' }, 'Hello'));
  assert.ok(error instanceof Anthropic.NotFoundError, `${error}`);
  assert.equal(error.error.error.type, 'not_found_error');
});

test('messages_WrongKey_Is401InAnthropicsWords', async () => {
  const stranger = new Anthropic({ baseURL: gateway, apiKey: 'sk-wrong-key-0123456789', authToken: null, maxRetries: 0 });
  const error = await failure(stranger.messages.create({ model: 'on-anthropic', max_tokens: 5, messages: [said('Hello')] }));
  assert.ok(error instanceof Anthropic.AuthenticationError, `${error}`);
  assert.equal(error.error.error.type, 'authentication_error');
});

test('messages_Models_AreListedInAnthropicsShape', async () => {
  const models = await all(client.models.list());
  assert.ok(models.every(model => model.type === 'model' && model.display_name && model.created_at));
  assert.deepEqual(targets.filter(target => !models.some(model => model.id === target.id)), []);
  assert.equal((await client.models.retrieve('on-gemini')).id, 'on-gemini');
});

function finish(body, stream) {
  return stream ? client.messages.stream(body).finalMessage() : client.messages.create(body);
}
