import assert from 'node:assert/strict';
import { APICallError, generateObject, generateText, jsonSchema, stepCountIs, streamObject, streamText, tool } from 'ai';
import { all, failure } from './answers.mjs';
import { answerTo, asked, forces, greeting, onEach, pixel, sees, stops, weather } from './providers.mjs';

globalThis.AI_SDK_LOG_WARNINGS = false;

const patience = { maxRetries: 0 };
const party = jsonSchema({
  type: 'object', properties: { name: { type: 'string' }, kind: { type: 'string', enum: ['party', 'meeting'] } }, required: ['name', 'kind'], additionalProperties: false,
});

/**
 * The AI SDK's functions in front of every provider.
 * @param {string} name what its tests are called
 * @param {(id: string) => import('ai').LanguageModel} modelOf a model of the vendor's package under test
 * @param {{ hasStop?: boolean, limit?: (target: object) => number, objects?: object }} can `hasStop`: the API has stop sequences; `limit`: a number of
 * tokens that is too few for 80 words; `objects`: provider options for structured output
 */
export function aiSdkMatrix(name, modelOf, { hasStop = true, limit = () => 6, objects } = {}) {
  const on = (target, options) => ({ model: modelOf(target.id), ...patience, ...options });

  onEach(`${name}_GenerateText_IsAnsweredAndCounted`, async target => {
    const { text, finishReason, usage, response } = await generateText(on(target, { prompt: greeting }));
    assert.deepEqual([text, finishReason], [answerTo(greeting), 'stop']);
    assert.ok(usage.inputTokens > 0 && usage.outputTokens > 0);
    assert.deepEqual([response.headers['x-parley-provider'], response.headers['x-parley-lost']], [target.provider, undefined]);
  });

  onEach(`${name}_StreamText_JoinsToThePlainAnswer`, async target => {
    const plain = await generateText(on(target, { prompt: greeting }));
    const result = streamText(on(target, { prompt: greeting }));
    const pieces = await all(result.textStream);

    assert.equal(pieces.join(''), answerTo(greeting));
    assert.ok(pieces.length > 3, 'it comes in pieces');
    const usage = await result.usage;
    assert.deepEqual([await result.finishReason, usage.inputTokens, usage.outputTokens], ['stop', plain.usage.inputTokens, plain.usage.outputTokens]);
  });

  onEach(`${name}_SystemTextAndSeveralTurns_ReachTheModel`, async target => {
    const bare = await generateText(on(target, { prompt: 'Third' }));
    const { text, usage } = await generateText(on(target, {
      system: 'Be very brief and kind to all of them.',
      messages: [{ role: 'user', content: 'First' }, { role: 'assistant', content: 'Second' }, { role: 'user', content: 'Third' }],
    }));
    assert.equal(text, answerTo('Third'));
    assert.ok(usage.inputTokens >= bare.usage.inputTokens + 9, `${usage.inputTokens} after ${bare.usage.inputTokens}`);
  });

  for (const stream of [false, true]) {
    onEach(`${name}_ToolLoop${stream ? 'Streamed' : ''}_RunsBothToolsAndEnds`, async target => {
      const given = [];
      const tools = Object.fromEntries(['weather', 'news'].map(of => [of, tool({ description: `Gets the ${of}.`, inputSchema: jsonSchema(weather), execute: input => {
        given.push([of, input]);
        return { of };
      } })]));
      const { text, steps } = await whole(on(target, { prompt: 'call:news and call:weather', tools, stopWhen: stepCountIs(4) }), stream);

      assert.equal(text, answerTo('call:news and call:weather'));
      assert.deepEqual(steps.map(step => step.finishReason), ['tool-calls', 'stop']);
      assert.deepEqual(given, [['news', asked], ['weather', asked]]);
    });
  }

  onEach(`${name}_ToolForcedByName_IsCalledUnasked`, async target => {
    const news = tool({ description: 'Gets the news.', inputSchema: jsonSchema(weather) });
    const { toolCalls } = await generateText(on(target, { prompt: 'Hello', tools: { weather: news, news }, toolChoice: { type: 'tool', toolName: 'news' } }));
    assert.deepEqual(toolCalls.map(call => call.toolName), ['news']);
  }, forces);

  onEach(`${name}_GenerateObject_IsAnObjectOfTheSchema`, async target => {
    const options = on(target, { prompt: 'Anna gives a party, so call:parley_output', schema: party, schemaName: 'event', ...(objects ? { providerOptions: objects } : {}) });
    const { object, finishReason } = await generateObject(options);
    assert.deepEqual([object, finishReason], [{ name: 'name', kind: 'party' }, 'stop']);
    const streamed = streamObject(options);
    // It is read only as far as somebody reads it.
    await all(streamed.partialObjectStream);
    assert.deepEqual(await streamed.object, { name: 'name', kind: 'party' });
  });

  onEach(`${name}_InlineImage_ReachesTheModel`, async target => {
    const text = 'What is it?';
    const content = [{ type: 'text', text }, { type: 'image', image: pixel, mediaType: 'image/png' }];
    const bare = await generateText(on(target, { prompt: text }));
    const answer = await generateText(on(target, { messages: [{ role: 'user', content }] }));
    assert.equal(answer.text, answerTo(text));
    assert.ok(answer.usage.inputTokens >= bare.usage.inputTokens + 50, `${answer.usage.inputTokens} after ${bare.usage.inputTokens}`);
  }, sees);

  if (hasStop) {
    onEach(`${name}_StopSequence_EndsTheAnswerBeforeIt`, async target => {
      const { text, finishReason } = await generateText(on(target, { prompt: 'one two three four', stopSequences: ['three'] }));
      assert.deepEqual([text, finishReason], ['[simulated] one two ', 'stop']);
    }, stops);
  }

  onEach(`${name}_TokenLimit_EndsWithLength`, async target => {
    for (const stream of [false, true])
      assert.equal((await whole(on(target, { prompt: 'word '.repeat(80), maxOutputTokens: limit(target) }), stream)).finishReason, 'length');
  });

  onEach(`${name}_UnknownUpstreamModel_IsThePackagesOwnError`, async target => {
    const error = await failure(generateText({ model: modelOf(`${target.provider}/nobody-knows-this`), prompt: 'Hello', ...patience }));
    assert.ok(APICallError.isInstance(error), `${error}`);
    assert.deepEqual([error.statusCode, error.isRetryable], [404, false]);
    assert.ok(error.data, 'the package knows the shape of the error');
  }, target => target.provider !== 'bedrock');

  onEach(`${name}_RateLimited_MayBeRetried`, async target => {
    const error = await failure(generateText({ model: modelOf(target.busy), prompt: 'Hello', ...patience }));
    assert.ok(APICallError.isInstance(error), `${error}`);
    assert.deepEqual([error.statusCode, error.isRetryable], [429, true]);
  });

  onEach(`${name}_StreamBrokenInTheMiddle_HasAnErrorPart`, async target => {
    const result = streamText({ model: modelOf(target.breaks), prompt: greeting, ...patience, onError: () => {} });
    const parts = await all(result.fullStream);
    assert.ok(parts.some(part => part.type === 'error'), parts.map(part => part.type).join(' '));
  });

  onEach(`${name}_AbortInMidStream_HasAnAbortPart`, async target => {
    const aborting = new AbortController();
    const result = streamText({ model: modelOf(target.stalls), prompt: 'word '.repeat(40), abortSignal: aborting.signal, ...patience, onError: () => {} });
    const types = [];
    for await (const part of result.fullStream) {
      types.push(part.type);
      if (part.type === 'text-delta' || (part.type === 'text-start' && target.provider === 'openai')) aborting.abort();
    }
    assert.equal(types.at(-1), 'abort');
  });
}

/**
 * A tool loop of a model that thinks: its steps, with what it thought, and a further turn with all of it taken back.
 * @param {object} options for generateText, without prompt and tools
 */
export async function reasonedLoop(options, { stream }) {
  const tools = { weather: tool({ description: 'Gets the weather.', inputSchema: jsonSchema(weather), execute: () => ({ celsius: 21 }) }) };
  const first = await whole({ ...patience, ...options, tools, prompt: 'call:weather please', stopWhen: stepCountIs(3) }, stream);
  const messages = [{ role: 'user', content: 'call:weather please' }, ...first.response.messages, { role: 'user', content: 'Thanks' }];
  const second = await whole({ ...patience, ...options, tools, messages }, stream);
  return { first, second };
}

async function whole(options, stream) {
  if (!stream) return generateText(options);
  const errors = [];
  const result = streamText({ ...options, onError: ({ error }) => errors.push(error) });
  await result.consumeStream();
  if (errors.length > 0) throw errors[0];
  const [text, steps, finishReason, response] = await Promise.all([result.text, result.steps, result.finishReason, result.response]);
  return { text, steps, finishReason, response };
}
