// Google's client in front of every provider.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiError, FunctionCallingConfigMode, GoogleGenAI } from '@google/genai';
import { all, failure } from './harness/answers.mjs';
import { gateway } from './harness/clients.mjs';
import { answerTo, asked, forces, greeting, onEach, pixel, sees, stops, targets, thinks, thoughtOn, weather } from './harness/providers.mjs';
import { callerKey } from './harness/servers.mjs';

const at = baseUrl => new GoogleGenAI({ apiKey: callerKey, vertexai: false, httpOptions: { baseUrl, timeout: 15_000 } });
const client = at(gateway);
const { models } = client;
const ask = (target, contents, config = {}) => models.generateContent({ model: target.id, contents, config });
const declared = names => [{ functionDeclarations: names.map(name => ({ name, description: `Gets the ${name}.`, parametersJsonSchema: weather })) }];
const tools = declared(['weather', 'news']);
const turn = (role, ...parts) => ({ role, parts });
const saidText = response => response.candidates[0].content.parts.filter(part => part.text && !part.thought).map(part => part.text).join('');
const results = response => turn('user', ...response.functionCalls.map(({ id, name }) => ({ functionResponse: { ...(id ? { id } : {}), name, response: { output: 'good' } } })));

onEach('genai_Text_IsAnsweredAndCounted', async target => {
  const answer = await ask(target, greeting);
  const { promptTokenCount, candidatesTokenCount, thoughtsTokenCount = 0, totalTokenCount } = answer.usageMetadata;

  assert.equal(answer.text, answerTo(greeting));
  assert.deepEqual([answer.candidates[0].finishReason, answer.candidates[0].content.role], ['STOP', 'model']);
  assert.ok(promptTokenCount > 0 && candidatesTokenCount > 0);
  assert.equal(totalTokenCount, promptTokenCount + candidatesTokenCount + thoughtsTokenCount);
});

onEach('genai_Stream_JoinsToThePlainAnswer', async target => {
  const plain = await ask(target, greeting);
  const pieces = await all(await models.generateContentStream({ model: target.id, contents: greeting }));

  assert.equal(pieces.map(saidText).join(''), answerTo(greeting));
  assert.ok(pieces.length > 3, 'it comes in pieces');
  assert.equal(pieces.at(-1).candidates[0].finishReason, 'STOP');
  assert.deepEqual(
    [pieces.at(-1).usageMetadata.promptTokenCount, pieces.at(-1).usageMetadata.candidatesTokenCount],
    [plain.usageMetadata.promptTokenCount, plain.usageMetadata.candidatesTokenCount]);
});

onEach('genai_SystemInstruction_ReachesTheModel', async target => {
  const bare = await ask(target, greeting);
  const answer = await ask(target, greeting, { systemInstruction: 'Be very brief and kind to all of them.' });
  assert.ok(answer.usageMetadata.promptTokenCount >= bare.usageMetadata.promptTokenCount + 9);
});

for (const stream of [false, true]) {
  onEach(`genai_Chat${stream ? 'Streamed' : ''}_KeepsItsTurns`, async target => {
    const chat = client.chats.create({ model: target.id });
    for (const message of ['First', 'Second']) {
      const text = stream ? (await all(await chat.sendMessageStream({ message }))).map(saidText).join('') : (await chat.sendMessage({ message })).text;
      assert.equal(text, answerTo(message));
    }
  });

  onEach(`genai_ParallelTools${stream ? 'Streamed' : ''}_AreCalledAndTheirResultsRead`, async target => {
    const contents = [turn('user', { text: 'call:news and call:weather' })];
    const first = await complete({ model: target.id, contents, config: { tools } }, stream);

    assert.deepEqual(first.functionCalls.map(({ name, args }) => ({ name, args })), [{ name: 'news', args: asked }, { name: 'weather', args: asked }]);
    assert.equal(first.candidates[0].finishReason, 'STOP');
    const second = await complete({ model: target.id, contents: [...contents, first.candidates[0].content, results(first)], config: { tools } }, stream);
    assert.equal(saidText(second), answerTo('call:news and call:weather'));
  });

  onEach(`genai_Thinking${stream ? 'Streamed' : ''}_ComesAndIsTakenBackWithItsSignature`, async target => {
    const thinkingConfig = { includeThoughts: true, ...(target.id === 'on-gemini3' ? { thinkingLevel: 'HIGH' } : { thinkingBudget: 2000 }) };
    const config = { tools, thinkingConfig, maxOutputTokens: 4000 };
    const contents = [turn('user', { text: 'call:weather please' })];
    const first = await complete({ model: target.id, contents, config }, stream);

    const { parts } = first.candidates[0].content;
    assert.equal(parts.filter(part => part.thought).map(part => part.text ?? '').join(''), thoughtOn(target, 'call:weather please'));
    assert.ok(parts.some(part => part.thoughtSignature), 'what is thought is signed');
    // The simulated vendors refuse thoughts that are missing where they must stand, or that are not as they were signed.
    const answered = [...contents, first.candidates[0].content, results(first)];
    const second = await complete({ model: target.id, contents: answered, config }, stream);
    assert.equal(saidText(second), answerTo('call:weather please'));
    const third = await complete({ model: target.id, contents: [...answered, second.candidates[0].content, turn('user', { text: 'Thanks' })], config }, stream);
    assert.equal(saidText(third), answerTo('Thanks'));
  }, thinks);
}

onEach('genai_AutomaticFunctionCalling_LoopsUntilTheAnswer', async target => {
  const given = [];
  const tool = {
    tool: async () => declared(['weather'])[0],
    callTool: async calls => calls.map(({ id, name, args }) => {
      given.push(args);
      return { functionResponse: { ...(id ? { id } : {}), name, response: { output: '21 degrees' } } };
    }),
  };
  const answer = await ask(target, 'call:weather then tell', { tools: [tool] });
  assert.equal(answer.text, answerTo('call:weather then tell'));
  assert.deepEqual(given, [asked]);
});

onEach('genai_ToolForcedByName_IsCalledUnasked', async target => {
  const functionCallingConfig = { mode: FunctionCallingConfigMode.ANY, allowedFunctionNames: ['news'] };
  const answer = await ask(target, 'Hello', { tools, toolConfig: { functionCallingConfig } });
  assert.deepEqual(answer.functionCalls.map(call => call.name), ['news']);
}, forces);

onEach('genai_ToolsForbidden_AnswersInText', async target => {
  const answer = await ask(target, 'call:weather', { tools, toolConfig: { functionCallingConfig: { mode: FunctionCallingConfigMode.NONE } } });
  assert.deepEqual([answer.text, answer.functionCalls], [answerTo('call:weather'), undefined]);
});

const name = { type: 'STRING' };
for (const [form, schema] of [
  ['responseSchema', { type: 'OBJECT', properties: { name, kind: { type: 'STRING', enum: ['party', 'meeting'] } }, required: ['name', 'kind'] }],
  ['responseJsonSchema', { type: 'object', properties: { name: { type: 'string' }, kind: { enum: ['party', 'meeting'] } }, required: ['name', 'kind'], additionalProperties: false }],
]) {
  onEach(`genai_StructuredOutputBy_${form}_IsAnObjectOfTheSchema`, async target => {
    const answer = await ask(target, 'Anna gives a party, so call:parley_output', { responseMimeType: 'application/json', [form]: schema });
    assert.deepEqual(JSON.parse(answer.text), { name: 'name', kind: 'party' });
    assert.equal(answer.candidates[0].finishReason, 'STOP');
  });
}

onEach('genai_InlineImage_ReachesTheModel', async target => {
  const text = 'What is it?';
  const bare = await ask(target, text);
  const answer = await ask(target, [{ inlineData: { mimeType: 'image/png', data: pixel } }, { text }]);

  assert.equal(answer.text, answerTo(text));
  assert.ok(answer.usageMetadata.promptTokenCount >= bare.usageMetadata.promptTokenCount + 50);
}, sees);

onEach('genai_StopSequence_EndsTheAnswerBeforeIt', async target => {
  const answer = await ask(target, 'one two three four', { stopSequences: ['three'] });
  assert.deepEqual([answer.text, answer.candidates[0].finishReason], ['[simulated] one two ', 'STOP']);
}, stops);

onEach('genai_TokenLimit_EndsWithMaxTokens', async target => {
  const maxOutputTokens = target.provider === 'gemini' || target.thinks === 'sealed' ? 70 : 6;
  for (const stream of [false, true]) {
    const answer = await complete({ model: target.id, contents: 'word '.repeat(80), config: { maxOutputTokens } }, stream);
    assert.equal(answer.candidates[0].finishReason, 'MAX_TOKENS');
  }
});

onEach('genai_BadRequest_Is400InGooglesWords', async target => {
  const error = await failure(ask(target, [turn('robot', { text: 'Hello' })]));
  assert.ok(error instanceof ApiError, `${error}`);
  assert.equal(error.status, 400);
  assert.match(error.message, /INVALID_ARGUMENT/);
  assert.match(error.message, /role/);
});

onEach('genai_UnknownUpstreamModel_Is404InGooglesWords', async target => {
  const error = await failure(ask({ id: `${target.provider}/nobody-knows-this` }, 'Hello'));
  assert.ok(error instanceof ApiError, `${error}`);
  assert.equal(error.status, 404);
  assert.match(error.message, /NOT_FOUND/);
}, target => target.provider !== 'bedrock');

onEach('genai_RateLimited_Is429InGooglesWords', async target => {
  const error = await failure(ask({ id: target.busy }, 'Hello'));
  assert.equal(error.status, 429, `${error}`);
  assert.match(error.message, /RESOURCE_EXHAUSTED/);
});

onEach('genai_StreamBrokenInTheMiddle_EndsInAnError', async target => {
  const pieces = [];
  const error = await failure((async () => {
    for await (const piece of await models.generateContentStream({ model: target.breaks, contents: greeting })) pieces.push(piece);
  })());
  assert.ok(error instanceof Error);
  assert.ok(pieces.every(piece => !piece.candidates?.[0].finishReason), 'no finish was invented');
});

onEach('genai_AbortInMidStream_EndsTheStream', async target => {
  const aborting = new AbortController();
  const error = await failure((async () => {
    for await (const piece of await models.generateContentStream({ model: target.stalls, contents: 'word '.repeat(40), config: { abortSignal: aborting.signal } })) {
      if (saidText(piece)) aborting.abort();
    }
  })());
  assert.match(`${error.name} ${error.message}`, /abort/i);
});

onEach('genai_CountTokens_IsGooglesOwn', async target => {
  const { totalTokens } = await models.countTokens({ model: target.id, contents: greeting });
  assert.equal(totalTokens, (await ask(target, greeting)).usageMetadata.promptTokenCount);
}, target => target.provider === 'gemini');

test('genai_UnderItsOwnPrefix_IsTheSame', async () => {
  const answer = await at(`${gateway}/genai`).models.generateContent({ model: 'on-openai', contents: greeting });
  assert.equal(answer.text, answerTo(greeting));
});

test('genai_UnknownModel_Is404InGooglesWords', async () => {
  const error = await failure(ask({ id: 'on-gemeni' }, 'Hello'));
  assert.equal(error.status, 404, `${error}`);
  assert.match(error.message, /NOT_FOUND/);
});

test('genai_Models_AreListedInGooglesShape', async () => {
  const listed = await all(await models.list());
  assert.ok(listed.every(model => model.name.startsWith('models/')));
  assert.deepEqual(targets.filter(target => !listed.some(model => model.name === `models/${target.id}`)), []);
  assert.equal((await models.get({ model: 'on-anthropic' })).name, 'models/on-anthropic');
});

// The whole answer; of a stream all its parts in one content, as Google tells its callers to send them back.
async function complete(params, stream) {
  if (!stream) return models.generateContent(params);
  const pieces = await all(await models.generateContentStream(params));
  const parts = pieces.flatMap(piece => piece.candidates?.[0].content?.parts ?? []);
  return {
    functionCalls: parts.filter(part => part.functionCall).map(part => part.functionCall),
    candidates: [{ content: { role: 'model', parts }, finishReason: pieces.at(-1).candidates[0].finishReason }],
  };
}
