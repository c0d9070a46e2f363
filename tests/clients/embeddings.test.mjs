import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertSame } from './harness/answers.mjs';
import { client, direct, ledgerRecord, openai } from './harness/clients.mjs';
import { restrictedKey } from './harness/configuration.mjs';

test('embeddings_TheClientsDefault_IsTheProvidersAnswer', async () => {
  const body = { input: ['one', 'two words'] };
  // The client asks for base64 by itself and decodes it.
  const answer = await client.embeddings.create({ ...body, model: 'embed' });

  assertSame(answer, await direct.embeddings.create({ ...body, model: 'text-embedding-3-small' }));
  assert.deepEqual(answer.data.map(({ index, embedding }) => [index, embedding.length]), [[0, 1536], [1, 1536]]);
  assert.ok(Math.abs(answer.data[0].embedding.reduce((sum, x) => sum + (x * x), 0) - 1) < 1e-5);
});

test('embeddings_FloatAndBase64_AreTheSameNumbers', async () => {
  const numbers = await client.embeddings.create({ model: 'embed', input: 'one', encoding_format: 'float' });
  const decoded = await client.embeddings.create({ model: 'embed', input: 'one' });
  assert.deepEqual([...Float32Array.from(numbers.data[0].embedding)], [...Float32Array.from(decoded.data[0].embedding)]);
});

test('embeddings_DimensionsAndTokens_ReachTheProvider', async () => {
  const body = { input: [[15339, 1917], [1, 2, 3]], dimensions: 64, encoding_format: 'float', user: 'anna' };
  const answer = await client.embeddings.create({ ...body, model: 'embed' });

  assertSame(answer, await direct.embeddings.create({ ...body, model: 'text-embedding-3-small' }));
  assert.deepEqual(answer.data.map(one => one.embedding.length), [64, 64]);
  assert.deepEqual(answer.usage, { prompt_tokens: 5, total_tokens: 5 });
});

test('embeddings_AreInTheLedger', async () => {
  const { data, request_id } = await openai({ apiKey: restrictedKey }).embeddings.create({ model: 'embed', input: 'one two three' }).withResponse();
  const { keyName, model, provider, status, inputTokens, outputTokens } = await ledgerRecord(request_id);
  assert.deepEqual(
    { keyName, model, provider, status, inputTokens, outputTokens },
    { keyName: 'embeddings-only', model: 'embed', provider: 'lab', status: 200, inputTokens: data.usage.prompt_tokens, outputTokens: 0 });
});

for (const [model, width] of [
  ['gemini/gemini-embedding-001', 3072], ['bedrock/amazon.titan-embed-text-v2:0', 1024], ['bedrock/cohere.embed-multilingual-v3', 1024], ['modern/modern-embed', 1536],
]) {
  test(`embeddings_OfAnotherVendor_AreInOpenAIsShape (${model})`, async () => {
    const input = ['one', 'two words'];
    // The client asks for base64 by itself and decodes it.
    const answer = await client.embeddings.create({ model, input });
    const numbers = await client.embeddings.create({ model, input, encoding_format: 'float' });

    assert.equal(answer.object, 'list');
    assert.deepEqual(answer.data.map(one => [one.object, one.index, one.embedding.length]), [['embedding', 0, width], ['embedding', 1, width]]);
    assert.deepEqual(numbers.data.map(one => [...Float32Array.from(one.embedding)]), answer.data.map(one => [...Float32Array.from(one.embedding)]));
    assert.notDeepEqual(answer.data[0].embedding, answer.data[1].embedding);
  });
}
