import assert from 'node:assert/strict';
import { test } from 'node:test';
import OpenAI, { AzureOpenAI } from 'openai';
import { all, assertSame, failure, textOf } from './harness/answers.mjs';
import { azureOpenai, client, ledgerRecord, simulator } from './harness/clients.mjs';

const messages = [{ role: 'user', content: 'Hello there' }];
const azure = azureOpenai();
// Straight at the simulated resource, in the URL style that Parley uses for the provider of that name.
const straight = {
  classic: new AzureOpenAI({ endpoint: simulator, apiKey: 'azure-direct', apiVersion: '2024-10-21', maxRetries: 0 }),
  modern: new OpenAI({ baseURL: `${simulator}/openai/v1`, apiKey: 'azure-direct', maxRetries: 0 }),
};

for (const [style, direct] of Object.entries(straight)) {
  // Contract: 5.azure-sdk, 5.chat
  test(`azure_${style}Chat_IsTheProvidersAnswerMemberByMember`, async () => {
    const { data, response } = await azure.chat.completions.create({ model: `${style}-gpt`, messages }).withResponse();

    assertSame(data, await direct.chat.completions.create({ model: 'gpt-4o', messages }));
    assert.equal(data.prompt_filter_results.length, 1);
    assert.equal(response.headers.get('x-parley-provider'), style);
  });

  test(`azure_${style}Stream_KeepsAzuresFirstChunk`, async () => {
    const body = { messages, stream: true, stream_options: { include_usage: true } };
    const chunks = await all(await azure.chat.completions.create({ ...body, model: `${style}-gpt` }));

    assertSame(chunks, await all(await direct.chat.completions.create({ ...body, model: 'gpt-4o' })));
    assert.deepEqual([chunks[0].choices, chunks[0].prompt_filter_results.length], [[], 1]);
    assert.equal(textOf(chunks), '[simulated] Hello there');
  });

  // Contract: 5.azure-sdk, 5.embeddings
  test(`azure_${style}Embeddings_AreTheProvidersAnswer`, async () => {
    assertSame(
      await azure.embeddings.create({ model: `${style}-embed`, input: ['one', 'two'] }),
      await direct.embeddings.create({ model: 'text-embedding-3-small', input: ['one', 'two'] }));
  });

  // Contract: 5.azure-sdk, 5.responses
  test(`azure_${style}Responses_GoToAzuresV1Path`, async () => {
    const { data, response, request_id } = await azure.responses.create({ model: `${style}-gpt`, input: 'Hello there' }).withResponse();

    assert.deepEqual([data.output_text, data.model, data.status], ['[simulated] Hello there', 'gpt-4o-2024-08-06', 'completed']);
    assert.equal(response.headers.get('x-parley-provider'), style);
    assert.equal((await ledgerRecord(request_id)).outputTokens, data.usage.output_tokens);
  });

  test(`azure_${style}ResponsesStream_IsFinished`, async () => {
    const final = await azure.responses.stream({ model: `${style}-gpt`, input: 'Hello there' }).finalResponse();
    assert.deepEqual([final.output_text, final.status], ['[simulated] Hello there', 'completed']);
  });

  test(`azure_${style}BehindTheOpenAIClient_AnswersTheSame`, async () => {
    assertSame(
      await client.chat.completions.create({ model: `azure-${style}`, messages }),
      await client.chat.completions.create({ model: `${style}/${style}-gpt`, messages }));
  });
}

test('azure_DeploymentOfTheClient_Decides', async () => {
  const answer = await azureOpenai({ deployment: 'classic-gpt' }).chat.completions.create({ model: 'whatever-this-says', messages });
  assert.equal(answer.choices[0].message.content, '[simulated] Hello there');
});

test('azure_ModelOfTheCatalogueInThePath_AnswersToo', async () => {
  const answer = await azure.chat.completions.create({ model: 'chat', messages });
  assert.equal(answer.choices[0].message.content, '[simulated] Hello there');
});

test('azure_EntraToken_IsTakenAsTheKey', async () => {
  const keyed = new AzureOpenAI({ endpoint: azure.baseURL.replace(/\/openai$/, ''), azureADTokenProvider: async () => azure.apiKey, apiVersion: '2024-10-21', maxRetries: 0 });
  assert.equal((await keyed.chat.completions.create({ model: 'classic-gpt', messages })).choices[0].message.content, '[simulated] Hello there');
});

test('azure_UnknownDeployment_IsRefusedAsAzureDoes', async () => {
  const error = await failure(azure.chat.completions.create({ model: 'classic-gtp', messages }));
  assert.ok(error instanceof OpenAI.NotFoundError);
  assert.equal(error.code, 'DeploymentNotFound');
});

test('azure_WrongKey_Is401InAzuresShape', async () => {
  const error = await failure(azureOpenai({ apiKey: 'wrong-key-0123456789' }).chat.completions.create({ model: 'classic-gpt', messages }));
  assert.ok(error instanceof OpenAI.AuthenticationError);
  assert.deepEqual(Object.keys(error.error).sort(), ['code', 'message']);
});

test('azure_RateLimited_ComesWithRetryAfter', async () => {
  const error = await failure(azure.chat.completions.create({ model: 'classic-busy', messages }));
  assert.ok(error instanceof OpenAI.RateLimitError);
  assert.deepEqual([error.headers.get('retry-after'), error.code], ['1', '429']);
});

test('azure_StreamCutInTheMiddle_EndsInATypedError', async () => {
  const error = await failure(azure.chat.completions.create({ model: 'classic-cut', messages, stream: true }).then(all));
  assert.ok(error instanceof OpenAI.APIError && !(error instanceof OpenAI.APIConnectionError), `${error}`);
});
