// The JavaScript SDK of both eras against /mcp: 1.x speaks the revisions with initialize, 2.x the stateless one too.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Client as ModernClient, StreamableHTTPClientTransport as ModernTransport } from '@modelcontextprotocol/client';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { gateway } from './harness/clients.mjs';
import { restrictedKey, toolsKey } from './harness/configuration.mjs';
import { callerKey } from './harness/servers.mjs';

const url = new URL('/mcp', gateway);
const info = { name: 'parley-clients-tests', version: '1.0.0' };
const requestInit = key => ({ requestInit: { headers: { authorization: `Bearer ${key}` } } });

const eras = {
  '1.x, 2025-11-25': async key => {
    const client = new Client(info);
    await client.connect(new StreamableHTTPClientTransport(url, requestInit(key)));
    return client;
  },
  '2.x, 2026-07-28': async key => {
    const client = new ModernClient(info, { versionNegotiation: { mode: { pin: '2026-07-28' } } });
    await client.connect(new ModernTransport(url, requestInit(key)));
    return client;
  },
  '2.x, whatever both speak': async key => {
    const client = new ModernClient(info, { versionNegotiation: { mode: 'auto' } });
    await client.connect(new ModernTransport(url, requestInit(key)));
    return client;
  },
};

const question = { query: 'tell me a little more' };
const calls = {
  'bing-grounding': { arguments: question, fails: /AZURE_AI_PROJECT_ENDPOINT/ },
  chat: { arguments: { messages: [{ role: 'user', content: question.query }] } },
  completion: { arguments: question },
  health: { arguments: {} },
  list_models: { arguments: {} },
  poet: { arguments: question },
};

// Of the tools of models only some are called: many of the models are there to fail.
const models = {
  'model-chat': { arguments: { messages: [{ role: 'user', content: question.query }] } },
  'model-parley_echo': { arguments: question },
  'model-team_chat-latest': { arguments: question },
};
const isModel = name => name.startsWith('model-');

for (const [era, connect] of Object.entries(eras)) {
  // Contract: 4.mcp
  test(`${era}: every tool is listed and called, its value checked against its schema by the client`, async () => {
    const client = await connect(callerKey);
    const { tools } = await client.listTools();
    assert.deepEqual(tools.map(tool => tool.name).filter(name => !isModel(name)), Object.keys(calls));
    for (const name of Object.keys(models)) assert.ok(tools.some(tool => tool.name === name), name);
    for (const tool of tools) {
      if (isModel(tool.name) && !(tool.name in models)) continue;
      const { arguments: given, fails } = { ...calls, ...models }[tool.name];
      const result = await client.callTool({ name: tool.name, arguments: given });
      const [{ text }] = result.content;
      if (fails) {
        assert.equal(result.isError, true);
        assert.match(text, fails);
      } else {
        assert.notEqual(result.isError, true, `${tool.name}: ${text}`);
        assert.equal(typeof result.structuredContent, 'object');
      }
    }
    await client.close();
  });

  test(`${era}: chat asks the model that is named`, async () => {
    const client = await connect(callerKey);
    const ask = model => client.callTool({ name: 'chat', arguments: { ...calls.chat.arguments, model } });
    assert.notEqual((await ask('parley/echo')).isError, true);
    const { isError, content: [{ text }] } = await ask('nobody-has-this');
    assert.equal(isError, true);
    assert.match(text, /nobody-has-this/);
    await client.close();
  });

  test(`${era}: resources and prompts`, async () => {
    const client = await connect(callerKey);
    const { resources } = await client.listResources();
    assert.equal(resources[0].uri, 'parley://models');
    for (const { uri } of [resources[0], resources.at(-1)]) {
      const { contents } = await client.readResource({ uri });
      assert.equal(contents[0].uri, uri);
      JSON.parse(contents[0].text);
    }
    assert.deepEqual((await client.listPrompts()).prompts.map(prompt => prompt.name), ['translator']);
    const { messages } = await client.getPrompt({ name: 'translator', arguments: { language: 'German' } });
    assert.deepEqual(messages, [{ role: 'user', content: { type: 'text', text: 'Translate what follows into German.' } }]);
    await client.close();
  });

  // Contract: 4.mcp
  test(`${era}: progress is told to those who ask`, async () => {
    const client = await connect(callerKey);
    const told = [];
    const params = { name: 'poet', arguments: question };
    const options = { onprogress: progress => told.push(progress.progress) };
    await (client instanceof ModernClient ? client.callTool(params, options) : client.callTool(params, undefined, options));
    assert.ok(told.length > 0);
    assert.deepEqual(told, [...new Set(told)].sort((a, b) => a - b));
    await client.close();
  });

  test(`${era}: a key sees its own tools and models, and nobody comes in without one`, async () => {
    const client = await connect(toolsKey);
    assert.deepEqual((await client.listTools()).tools.map(tool => tool.name), ['completion']);
    await assert.rejects(client.callTool({ name: 'chat', arguments: calls.chat.arguments }), /Unknown tool: chat/);
    await client.close();
    const narrow = await connect(restrictedKey);
    const { structuredContent } = await narrow.callTool({ name: 'list_models', arguments: {} });
    assert.deepEqual(structuredContent.models.map(model => model.id), ['embed']);
    await narrow.close();
    await assert.rejects(connect('pk-nobody-0123456789'));
  });
}
