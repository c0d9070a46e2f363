import assert from 'node:assert/strict';
import { test } from 'node:test';
import OpenAI, { toFile } from 'openai';
import { all, assertSame, failure } from './harness/answers.mjs';
import { azureOpenai, client, direct, ledgerRecord, openai } from './harness/clients.mjs';

const azure = azureOpenai();
const sound = () => toFile(Buffer.from([82, 73, 70, 70, 0, 255, 13, 10, 45, 45]), 'hello.wav', { type: 'audio/wav' });
const picture = name => toFile(Buffer.from([137, 80, 78, 71]), name, { type: 'image/png' });

// Contract: 5.others
test('media_Completion_IsTheProvidersAnswerMemberByMember', async () => {
  const body = { prompt: ['once upon', 'a time'], n: 2, max_tokens: 20 };
  assertSame(await client.completions.create({ ...body, model: 'instruct' }), await direct.completions.create({ ...body, model: 'gpt-3.5-turbo-instruct' }));
});

// Contract: 5.others
test('media_CompletionStream_IsFinished_AndItsUsageIsSentOnlyWhenAskedFor', async () => {
  for (const options of [undefined, { include_usage: true }]) {
    const { data, request_id } = await client.completions.create({ model: 'instruct', prompt: 'once upon', stream: true, stream_options: options }).withResponse();
    const chunks = await all(data);
    assert.equal(chunks.flatMap(chunk => chunk.choices).map(choice => choice.text).join(''), '[simulated] once upon');
    assert.equal(chunks.some(chunk => chunk.usage), options !== undefined);
    assert.equal((await ledgerRecord(request_id)).inputTokens, 2);
  }
});

// Contract: 5.others
test('media_Image_IsTheProvidersAnswerMemberByMember', async () => {
  const body = { prompt: 'a cat with a hat', n: 2, size: '1024x1024' };
  const { data, request_id } = await client.images.generate({ ...body, model: 'picture' }).withResponse();

  assertSame(data, await direct.images.generate({ ...body, model: 'gpt-image-1' }));
  assert.equal(Buffer.from(data.data[0].b64_json, 'base64').subarray(1, 4).toString(), 'PNG');
  assert.equal((await ledgerRecord(request_id)).outputTokens, data.usage.output_tokens);
});

// Contract: 5.others
test('media_ImageStream_HasPartialImages', async () => {
  const events = await all(await client.images.generate({ model: 'picture', prompt: 'a cat', stream: true, partial_images: 2 }));
  assert.deepEqual(events.map(event => event.type), ['image_generation.partial_image', 'image_generation.partial_image', 'image_generation.completed']);
});

// Contract: 5.others
test('media_ImageEditAndVariation_AreForms', async () => {
  const edited = await client.images.edit({ model: 'picture', prompt: 'a hat', image: [await picture('a.png'), await picture('b.png')] });
  const varied = await client.images.createVariation({ model: 'dalle', image: await picture('a.png') });
  assert.deepEqual([edited.data.length, typeof edited.data[0].b64_json, typeof varied.data[0].url], [1, 'string', 'string']);
});

// Contract: 5.others
test('media_Speech_IsTheProvidersSound', async () => {
  const body = { input: 'hello there', voice: 'alloy', response_format: 'wav' };
  const [ours, theirs] = await Promise.all([client.audio.speech.create({ ...body, model: 'voice' }), direct.audio.speech.create({ ...body, model: 'gpt-4o-mini-tts' })]);
  assert.equal(ours.headers.get('content-type'), 'audio/wav');
  assert.deepEqual(Buffer.from(await ours.arrayBuffer()), Buffer.from(await theirs.arrayBuffer()));
});

// Contract: 5.others
test('media_Transcription_InEachFormat_IsTheProvidersAnswer', async () => {
  for (const response_format of ['json', 'text', 'srt', 'vtt', 'verbose_json']) {
    const [ours, theirs] = await Promise.all([['whisper', client], ['whisper-1', direct]].map(async ([model, via]) => via.audio.transcriptions.create({ model, file: await sound(), response_format })));
    assert.deepEqual(ours, theirs);
    assert.match(ours.text ?? ours, /\[simulated\] hello\.wav 10/);
  }

  assert.equal((await client.audio.translations.create({ model: 'whisper', file: await sound() })).text, '[simulated] hello.wav 10');
});

// Contract: 5.others
test('media_TranscriptStream_IsDeltasThenDone', async () => {
  const events = await all(await client.audio.transcriptions.create({ model: 'scribe', file: await sound(), stream: true }));
  assert.equal(events.at(-1).type, 'transcript.text.done');
  assert.equal(events.slice(0, -1).map(event => event.delta).join(''), events.at(-1).text);
});

// Contract: 5.others
test('media_Moderation_IsTheProvidersAnswer', async () => {
  const answer = await client.moderations.create({ model: 'judge', input: ['I will kill you', 'good day'] });
  assert.deepEqual(answer.results.map(result => result.flagged), [true, false]);
});

// Contract: 5.others
test('media_ProviderWithoutIt_Is501NamingIt', async () => {
  const error = await failure(client.images.generate({ model: 'anthropic/claude-sonnet-4-5', prompt: 'a cat' }));
  assert.deepEqual([error.status, error.code], [501, 'unsupported_operation']);
  assert.match(error.message, /Provider 'anthropic' \(Anthropic\) has no images\. Ask for a model of a provider that has them/);
});

// Contract: 5.others
test('media_StreamsCutInTheMiddle_EndInATypedError', async () => {
  for (const cut of [
    () => client.images.generate({ model: 'lab/sim-fault-cut-connection-1', prompt: 'a cat', stream: true, partial_images: 3 }),
    () => client.completions.create({ model: 'lab/sim-fault-cut-connection-2', prompt: 'once upon a time', stream: true }),
    async () => client.audio.transcriptions.create({ model: 'lab/sim-fault-cut-connection-2', file: await sound(), stream: true }),
  ]) {
    const error = await failure((async () => all(await cut()))());
    assert.ok(error instanceof OpenAI.APIError && !(error instanceof OpenAI.APIConnectionError), `${error}`);
  }
});

// Contract: 5.others, 5.azure-sdk
// Contract: 5.azure-sdk
test('media_AzuresClient_AsksByDeployment', async () => {
  const prompt = 'once upon';
  assert.equal((await azure.completions.create({ model: 'classic-instruct', prompt })).choices[0].text, '[simulated] once upon');
  assert.equal((await all(await azure.completions.create({ model: 'classic-instruct', prompt, stream: true }))).flatMap(chunk => chunk.choices).map(choice => choice.text).join(''), '[simulated] once upon');
  assert.equal((await azure.images.generate({ model: 'classic-picture', prompt })).data.length, 1);
  assert.equal((await azure.audio.speech.create({ model: 'classic-voice', input: 'hello', voice: 'alloy' })).headers.get('content-type'), 'audio/mpeg');
  for (const model of ['classic-whisper', 'modern-whisper']) {
    const { data, response } = await azure.audio.transcriptions.create({ model, file: await sound() }).withResponse();
    assert.deepEqual([data.text, response.headers.get('x-parley-provider')], ['[simulated] hello.wav 10', model.split('-')[0]]);
  }
});

// Contract: 5.azure-sdk
test('media_AzuresClient_UnknownDeploymentOfAForm_IsRefusedAsAzureDoes', async () => {
  const error = await failure(azureOpenai({ deployment: 'classic-wisper' }).audio.transcriptions.create({ model: 'whatever', file: await sound() }));
  assert.ok(error instanceof OpenAI.NotFoundError);
  assert.equal(error.code, 'DeploymentNotFound');
});

test('media_UnderEveryPrefix_IsTheSame', async () => {
  for (const path of ['/v1', '/openai/v1', '/api/v1', '/llm/v1']) {
    const answer = await openai({ path }).audio.transcriptions.create({ model: 'whisper', file: await sound() });
    assert.equal(answer.text, '[simulated] hello.wav 10');
  }
});
