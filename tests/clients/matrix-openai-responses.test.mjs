// OpenAI's client, Responses, in front of every provider.
import assert from 'node:assert/strict';
import OpenAI from 'openai';
import { zodTextFormat } from 'openai/helpers/zod';
import { z } from 'zod';
import { all, failure } from './harness/answers.mjs';
import { client } from './harness/clients.mjs';
import { answerTo, asked, forces, greeting, onEach, pixel, sees, thinks, thoughtOn, weather } from './harness/providers.mjs';

const said = (content, role = 'user') => ({ role, content });
const ask = (target, input, options = {}) => client.responses.create({ model: target.id, input, ...options });
const tools = ['weather', 'news'].map(name => ({ type: 'function', name, description: `Gets the ${name}.`, parameters: weather, strict: true }));
const callsOf = response => response.output.filter(item => item.type === 'function_call');
const results = response => callsOf(response).map(call => ({ type: 'function_call_output', call_id: call.call_id, output: `{"of":"${call.name}"}` }));

onEach('responsesMatrix_Text_IsAnsweredAndCounted', async target => {
  const { data, response } = await ask(target, greeting).withResponse();

  assert.deepEqual([data.object, data.status, data.output_text, data.error, data.incomplete_details], ['response', 'completed', answerTo(greeting), null, null]);
  assert.ok(data.usage.input_tokens > 0 && data.usage.output_tokens > 0);
  assert.equal(data.usage.total_tokens, data.usage.input_tokens + data.usage.output_tokens);
  assert.equal(response.headers.get('x-parley-provider'), target.provider);
  assert.equal(response.headers.get('x-parley-lost'), null);
});

onEach('responsesMatrix_Stream_FoldsToThePlainAnswer', async target => {
  const plain = await ask(target, greeting);
  const pieces = [];
  const final = await client.responses.stream({ model: target.id, input: greeting }).on('response.output_text.delta', event => pieces.push(event.delta)).finalResponse();

  assert.equal(pieces.join(''), answerTo(greeting));
  assert.ok(pieces.length > 3, 'it comes in pieces');
  // Gemini signs a stream at its end and a plain answer before its text.
  const kept = ({ status, output_text, output, usage }) => ({ status, output_text, types: output.map(item => item.type).sort(), input: usage.input_tokens, output: usage.output_tokens });
  assert.deepEqual(kept(final), kept(plain));
});

onEach('responsesMatrix_StreamEvents_AreNumberedAndOpenAndCloseWhatTheyName', async target => {
  const events = await all(await ask(target, greeting, { stream: true }));

  assert.deepEqual(events.map(event => event.sequence_number), events.map((_, index) => index));
  assert.deepEqual([events[0].type, events[1].type, events.at(-1).type], ['response.created', 'response.in_progress', 'response.completed']);
  const items = type => events.filter(event => event.type === type).map(event => event.item.id);
  assert.deepEqual(items('response.output_item.done'), items('response.output_item.added'));
  assert.deepEqual(events.at(-1).response.output.map(item => item.id), items('response.output_item.added'));
});

onEach('responsesMatrix_InstructionsAndSystemItems_ReachTheModel', async target => {
  const bare = await ask(target, greeting);
  const text = 'Be very brief and kind to all of them.';
  for (const body of [{ instructions: text, input: greeting }, { input: [said(text, 'developer'), said(greeting)] }]) {
    const answer = await client.responses.create({ model: target.id, ...body });
    assert.equal(answer.output_text, answerTo(greeting));
    assert.ok(answer.usage.input_tokens >= bare.usage.input_tokens + 9, `${answer.usage.input_tokens} after ${bare.usage.input_tokens}`);
  }
});

onEach('responsesMatrix_SeveralTurns_AnswersTheLast', async target => {
  const first = await ask(target, 'First');
  const second = await ask(target, [said('First'), ...first.output.map(plain), said('Second')]);
  assert.equal(second.output_text, answerTo('Second'));
});

for (const stream of [false, true]) {
  const complete = body => stream ? client.responses.stream(body).finalResponse() : client.responses.create(body);

  onEach(`responsesMatrix_ParallelTools${stream ? 'Streamed' : ''}_AreCalledAndTheirResultsRead`, async target => {
    const input = [said('call:news and call:weather')];
    const first = await complete({ model: target.id, tools, input });

    assert.deepEqual(callsOf(first).map(call => [call.name, JSON.parse(call.arguments), call.status]), [['news', asked, 'completed'], ['weather', asked, 'completed']]);
    const second = await complete({ model: target.id, tools, input: [...input, ...first.output.map(plain), ...results(first)] });
    assert.equal(second.output_text, answerTo('call:news and call:weather'));
  });

  onEach(`responsesMatrix_Reasoning${stream ? 'Streamed' : ''}_ComesAndIsTakenBackWithItsSignature`, async target => {
    const settings = { model: target.id, tools, reasoning: { effort: 'high', summary: 'auto' }, include: ['reasoning.encrypted_content'], store: false, max_output_tokens: 9000 };
    const input = [said('call:weather please')];
    const first = await complete({ ...settings, input });

    // Gemini's thought is one item, what it signs a call with another.
    const thoughts = first.output.slice(0, -1);
    assert.ok(thoughts.length > 0 && thoughts.every(item => item.type === 'reasoning'));
    assert.equal(first.output.at(-1).type, 'function_call');
    assert.equal(thoughts.flatMap(item => item.summary).map(part => part.text).join(''), thoughtOn(target, 'call:weather please'));
    assert.ok(thoughts.some(item => item.encrypted_content), 'what is thought is sealed');
    // The simulated vendors refuse thoughts that are missing where they must stand, or that are not as they were signed.
    const answered = [...input, ...first.output.map(plain), ...results(first)];
    const second = await complete({ ...settings, input: answered });
    assert.equal(second.output_text, answerTo('call:weather please'));
    const third = await complete({ ...settings, input: [...answered, ...second.output.map(plain), said('Thanks')] });
    assert.equal(third.output_text, answerTo('Thanks'));
  }, thinks);
}

onEach('responsesMatrix_ToolForcedByName_IsCalledUnasked', async target => {
  const answer = await ask(target, 'Hello', { tools, tool_choice: { type: 'function', name: 'news' } });
  assert.deepEqual(callsOf(answer).map(call => call.name), ['news']);
}, forces);

onEach('responsesMatrix_StructuredOutput_IsAnObjectOfTheSchema', async target => {
  const Event = z.object({ name: z.string(), guests: z.array(z.object({ name: z.string(), coming: z.boolean() })), kind: z.enum(['party', 'meeting']) });
  const body = { model: target.id, input: 'Anna gives a party, so call:parley_output', text: { format: zodTextFormat(Event, 'event') } };
  const sampled = { name: 'name', guests: [{ name: 'name', coming: true }], kind: 'party' };

  assert.deepEqual((await client.responses.parse(body)).output_parsed, sampled);
  const streamed = await client.responses.stream(body).finalResponse();
  assert.deepEqual([streamed.output_parsed, callsOf(streamed)], [sampled, []]);
});

onEach('responsesMatrix_InlineImage_ReachesTheModel', async target => {
  const text = 'What is it?';
  const bare = await ask(target, text);
  const answer = await ask(target, [said([{ type: 'input_image', image_url: `data:image/png;base64,${pixel}`, detail: 'auto' }, { type: 'input_text', text }])]);

  assert.equal(answer.output_text, answerTo(text));
  assert.ok(answer.usage.input_tokens >= bare.usage.input_tokens + 50, `${answer.usage.input_tokens} after ${bare.usage.input_tokens}`);
}, sees);

onEach('responsesMatrix_TokenLimit_EndsIncomplete', async target => {
  const body = { model: target.id, input: 'word '.repeat(80), max_output_tokens: target.thinks === 'sealed' ? 70 : 16 };
  for (const answer of [await client.responses.create(body), await client.responses.stream(body).finalResponse()])
    assert.deepEqual([answer.status, answer.incomplete_details], ['incomplete', { reason: 'max_output_tokens' }]);
});

onEach('responsesMatrix_BadRequest_Is400NamingTheField', async target => {
  const error = await failure(ask(target, [said('Hello', 'robot')]));
  assert.ok(error instanceof OpenAI.BadRequestError, `${error}`);
  assert.equal(error.type, 'invalid_request_error');
  assert.match(error.param, /^input/);
});

onEach('responsesMatrix_UnknownUpstreamModel_Is404', async target => {
  const error = await failure(ask({ id: `${target.provider}/nobody-knows-this` }, 'Hello'));
  assert.ok(error instanceof OpenAI.NotFoundError, `${error}`);
}, target => target.provider !== 'bedrock');

onEach('responsesMatrix_StreamBrokenInTheMiddle_DoesNotLookFinished', async target => {
  const events = [];
  const error = await failure((async () => {
    for await (const event of await ask({ id: target.breaks }, greeting, { stream: true })) events.push(event.type);
  })()).catch(nothing => nothing);
  // The client hands an error event on as an event or throws it.
  assert.ok(error instanceof OpenAI.APIError || events.includes('error') || events.includes('response.failed'), `${error} after ${events}`);
  assert.ok(!events.includes('response.completed'));
});

onEach('responsesMatrix_AbortInMidStream_EndsTheStream', async target => {
  const stream = await ask({ id: target.stalls }, 'word '.repeat(40), { stream: true });
  for await (const event of stream) {
    if (event.type === 'response.output_text.delta' || target.provider === 'openai') stream.controller.abort();
  }
  assert.ok(stream.controller.signal.aborted);
});

// What the parsing helpers add is theirs and not for the provider.
function plain({ parsed_arguments, parsed, ...item }) {
  return Array.isArray(item.content) ? { ...item, content: item.content.map(({ parsed: own, ...part }) => part) } : item;
}
