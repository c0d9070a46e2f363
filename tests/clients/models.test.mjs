import assert from 'node:assert/strict';
import { test } from 'node:test';
import OpenAI from 'openai';
import { all, failure, timeless } from './harness/answers.mjs';
import { azureOpenai, client, openai } from './harness/clients.mjs';
import { failoverFaults, restrictedKey } from './harness/configuration.mjs';
import { targets } from './harness/providers.mjs';

const entry = (id, owned_by, capabilities) => ({ id, object: 'model', owned_by, status: 'active', lifecycle_status: 'stable', ...(capabilities ? { capabilities } : {}) });
const chats = { chat_completion: true, embeddings: false };
const others = { chat_completion: false, embeddings: false };
const embeds = { chat_completion: false, embeddings: true };

const catalogue = [
  entry('azure-classic', 'classic'),
  entry('azure-modern', 'modern'),
  entry('chat', 'lab'),
  entry('classic/classic-busy', 'classic'),
  entry('classic/classic-cut', 'classic'),
  entry('classic/classic-embed', 'classic', embeds),
  entry('classic/classic-gpt', 'classic', chats),
  entry('embed', 'lab', embeds),
  entry('modern/modern-embed', 'modern', embeds),
  entry('modern/modern-gpt', 'modern', chats),
  entry('parley/echo', 'simulator', { chat_completion: true, embeddings: true }),
  entry('safe', 'lab'),
  ...failoverFaults.map(fault => entry(`safe-${fault}`, 'shaky')),
  entry('kept-out', 'lab'),
  entry('team/chat-latest', 'lab'),
  ...['dalle', 'instruct', 'judge', 'picture', 'scribe', 'voice'].map(name => entry(name, 'lab')),
  entry('whisper', 'lab', others),
  ...['classic', 'modern'].flatMap(style => [...['instruct', 'picture', 'voice'].map(name => entry(`${style}/${style}-${name}`, style)), entry(`${style}/${style}-whisper`, style, others)]),
  entry('thinker', 'lab'),
  // A name that says of what family it is says also what it can do.
  ...targets.map(({ id, provider }) => entry(id, provider, /claude|llama|gemini/.test(id) ? chats : undefined)),
  ...['assistant-breaks', 'assistant-busy', 'assistant-stalls'].map(name => entry(`foundry/${name}`, 'foundry')),
  entry('foundry/claude-sonnet-4-5', 'foundry', chats),
].sort((a, b) => (a.id < b.id ? -1 : 1));

test('models_List_IsTheWholeCatalogue', async () => {
  const models = await all(client.models.list());
  assert.deepEqual(models.map(timeless), catalogue);
  const now = Date.now() / 1000;
  assert.ok(models.every(model => model.created > now - 600 && model.created <= now + 1), 'created is when the model was first seen');
});

test('models_ListUnderOtherPrefixes_IsTheSame', async () => {
  for (const path of ['/openai/v1', '/api/v1', '/llm/v1', ''])
    assert.deepEqual((await all(openai({ path }).models.list())).map(timeless), catalogue, path);
  assert.deepEqual((await all(azureOpenai().models.list())).map(timeless), catalogue);
});

test('models_ListOfARestrictedKey_IsWhatItMayUse', async () => {
  assert.deepEqual((await all(openai({ apiKey: restrictedKey }).models.list())).map(model => model.id), ['embed']);
});

for (const id of ['chat', 'team/chat-latest', 'classic/classic-gpt', 'parley/echo']) {
  test(`models_Retrieve_${id}_IsItsEntry`, async () => {
    // The client escapes the slash in the path.
    assert.deepEqual(timeless(await client.models.retrieve(id)), catalogue.find(model => model.id === id));
  });
}

test('models_RetrieveWithAPlainSlash_IsItsEntry', async () => {
  assert.deepEqual(timeless(await client.get('/models/team/chat-latest')), entry('team/chat-latest', 'lab'));
});

test('models_RetrieveUnknown_Is404WithTheNearestName', async () => {
  const error = await failure(client.models.retrieve('chatt'));
  assert.ok(error instanceof OpenAI.NotFoundError);
  assert.deepEqual(error.error, { message: "The model 'chatt' does not exist. Did you mean 'chat'?", type: 'invalid_request_error', param: 'model', code: 'model_not_found' });
});
