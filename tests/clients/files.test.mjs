import assert from 'node:assert/strict';
import { test } from 'node:test';
import OpenAI, { toFile } from 'openai';
import { all, failure } from './harness/answers.mjs';
import { azureOpenai, client, ledgerRecord, openai } from './harness/clients.mjs';
import { restrictedKey } from './harness/configuration.mjs';

const at = provider => ({ headers: { 'x-parley-provider': provider } });
const lines = model => ['one', 'two'].map(text => JSON.stringify({
  custom_id: text, method: 'POST', url: '/v1/chat/completions', body: { model, messages: [{ role: 'user', content: text }] },
})).join('\n');
const upload = async (api, text, options) => api.files.create({ file: await toFile(Buffer.from(text), 'lines.jsonl'), purpose: 'batch' }, options);

// The provider of a file is remembered: only the upload names it.
const clients = {
  openai: { api: client, options: at('lab'), provider: 'lab', model: 'gpt-4o' },
  azureClassic: { api: azureOpenai(), options: at('classic'), provider: 'classic', model: 'gpt-4o' },
  azureV1: { api: openai({ path: '/openai/v1' }), options: at('modern'), provider: 'modern', model: 'gpt-4o' },
};

for (const [name, { api, options, provider, model }] of Object.entries(clients)) {
  // Contract: 5.files, 5.azure-sdk
  test(`files_${name}_CreateListRetrieveContentDelete`, async () => {
    const text = `${lines(model)}\n${'x'.repeat(300_000)}`;
    const { data: made, response } = await api.files.create({ file: await toFile(Buffer.from(text), 'lines.jsonl'), purpose: 'user_data' }, options).withResponse();
    assert.deepEqual([made.object, made.bytes, made.filename, response.headers.get('x-parley-provider')], ['file', Buffer.byteLength(text), 'lines.jsonl', provider]);

    assert.deepEqual(await api.files.retrieve(made.id), made);
    const content = await api.files.content(made.id);
    assert.equal(content.headers.get('x-parley-provider'), provider);
    assert.equal((await content.text()).slice(0, 500), text.slice(0, 500));
    assert.ok((await all(await api.files.list(undefined, options))).some(file => file.id === made.id));

    assert.equal((await api.files.delete(made.id)).deleted, true);
    const gone = await failure(api.files.retrieve(made.id));
    assert.ok(gone instanceof OpenAI.NotFoundError, `${gone}`);
    assert.equal((await ledgerRecord(response.headers.get('x-request-id'))).provider, provider);
  });

  // Contract: 5.others, 5.azure-sdk
  test(`batches_${name}_CreateRetrieveOutputCancel`, async () => {
    const input = await upload(api, lines(model), options);
    const make = () => api.batches.create({ input_file_id: input.id, endpoint: '/v1/chat/completions', completion_window: '24h' });
    const { data: made, response } = await make().withResponse();
    assert.deepEqual([made.object, made.input_file_id, response.headers.get('x-parley-provider')], ['batch', input.id, provider]);

    const until = Date.now() + 10_000;
    let batch = made;
    while (!['completed', 'failed', 'expired'].includes(batch.status) && Date.now() < until) {
      await new Promise(resolve => setTimeout(resolve, 50));
      batch = await api.batches.retrieve(made.id);
    }
    assert.equal(batch.status, 'completed', JSON.stringify(batch));
    const answers = (await (await api.files.content(batch.output_file_id)).text()).trim().split('\n').map(line => JSON.parse(line));
    assert.deepEqual(answers.map(answer => answer.custom_id).sort(), ['one', 'two']);

    assert.ok((await all(await api.batches.list(undefined, options))).some(entry => entry.id === made.id));
    const second = await make();
    const cancelled = await api.batches.cancel(second.id).catch(error => error);
    // One that is already completed cannot be cancelled any more; both are the provider's own words.
    assert.ok(cancelled.object === 'batch' || cancelled instanceof OpenAI.APIError, `${cancelled}`);
  });
}

test('files_WithoutAProvider_AreA400ThatNamesThem', async () => {
  const error = await failure(client.files.list());
  assert.ok(error instanceof OpenAI.BadRequestError, `${error}`);
  assert.deepEqual([error.code, error.param], ['provider_required', 'x-parley-provider']);
  assert.match(error.message, /lab/);
});

test('files_OfAProviderThatHasNone_AreAskedForOnce', async () => {
  let calls = 0;
  const counting = openai({ maxRetries: 2, fetch: (...call) => (calls++, fetch(...call)) });
  const error = await failure(counting.files.list(undefined, at('anthropic')));
  assert.deepEqual([error.status, error.code, calls], [501, 'unsupported_operation', 1]);
});

test('files_ForAKeyOfOneModel_AreForbidden', async () => {
  const error = await failure(openai({ apiKey: restrictedKey }).files.list(undefined, at('lab')));
  assert.ok(error instanceof OpenAI.PermissionDeniedError, `${error}`);
});

// Contract: 5.raw
test('raw_OpenAIClientOnAProvidersOwnPaths_Works', async () => {
  const raw = openai({ path: '/raw/lab' });
  const { data, response } = await raw.chat.completions.create({ model: 'gpt-4o', messages: [{ role: 'user', content: 'Hello there' }] }).withResponse();
  assert.equal(data.choices[0].message.content, '[simulated] Hello there');
  const record = await ledgerRecord(response.headers.get('x-request-id'));
  assert.deepEqual([record.model, record.inputTokens, record.outputTokens], ['raw', data.usage.prompt_tokens, data.usage.completion_tokens]);
  const chunks = await all(await raw.chat.completions.create({ model: 'gpt-4o', messages: [{ role: 'user', content: 'Hello there' }], stream: true }));
  assert.equal(chunks.map(chunk => chunk.choices[0]?.delta?.content ?? '').join(''), '[simulated] Hello there');
});
