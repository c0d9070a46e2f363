import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import OpenAI from 'openai';
import { failure } from './harness/answers.mjs';
import { ledgerRecord, simulator } from './harness/clients.mjs';
import { callerKey, startGateway } from './harness/servers.mjs';
import { startWiretap } from './harness/wiretap.mjs';

const messages = [{ role: 'user', content: 'Hello there' }];
let wire, gateway, client;

before(async () => {
  wire = await startWiretap(simulator);
  gateway = await startGateway({ providers: { lab: { type: 'openai-compatible', baseUrl: `${wire.address}/v1`, apiKey: 'sk-lab-upstream-0001' } } });
  client = new OpenAI({ baseURL: `${gateway.address}/v1`, apiKey: callerKey, maxRetries: 0, timeout: 15_000 });
});

after(async () => {
  assert.equal(await gateway.stop(), 0);
  await wire.stop();
});

test('abort_BeforeTheHeaders_ReachesTheProvider', async () => {
  const aborting = new AbortController();
  const answer = failure(client.chat.completions.create({ model: 'lab/sim-fault-stall-headers', messages }, { signal: aborting.signal }));
  const call = await nextCall();
  aborting.abort();

  assert.ok(await answer instanceof OpenAI.APIUserAbortError);
  assert.equal(await call.left, 'aborted');
});

test('abort_BeforeTheFirstChunk_ReachesTheProvider', async () => {
  const aborting = new AbortController();
  const answer = failure(client.chat.completions.create({ model: 'lab/sim-fault-stall-first-event', messages, stream: true }, { signal: aborting.signal }));
  const call = await nextCall();
  aborting.abort();

  assert.ok(await answer instanceof OpenAI.APIUserAbortError);
  assert.equal(await call.left, 'aborted');
});

test('abort_InMidStream_ReachesTheProviderAndTheLedger', async () => {
  const { data: stream, request_id } = await client.chat.completions.create({ model: 'lab/sim-fault-stall-3', messages, stream: true }).withResponse();
  const call = wire.calls.at(-1);
  const chunks = [];
  for await (const chunk of stream) {
    chunks.push(chunk);
    if (chunks.length === 2) break;
  }

  assert.equal(await call.left, 'aborted');
  const { aborted, estimated, provider, outputTokens } = await ledgerRecord(request_id, { at: gateway.address });
  assert.deepEqual({ aborted, estimated, provider }, { aborted: true, estimated: true, provider: 'lab' });
  assert.ok(outputTokens > 0, 'what was answered before is counted');
});

test('abort_OfAResponsesStream_ReachesTheProvider', async () => {
  const { data: stream, request_id } = await client.responses.create({ model: 'lab/sim-fault-stall-3', input: 'Hello', stream: true }).withResponse();
  const call = wire.calls.at(-1);
  for await (const event of stream) {
    assert.equal(event.type, 'response.created');
    break;
  }

  assert.equal(await call.left, 'aborted');
  assert.equal((await ledgerRecord(request_id, { at: gateway.address })).aborted, true);
});

test('timeout_OfTheClient_CancelsTheProvidersCall', async () => {
  const answer = failure(client.chat.completions.create({ model: 'lab/sim-fault-stall-headers', messages }, { timeout: 300 }));
  const call = await nextCall();

  assert.ok(await answer instanceof OpenAI.APIConnectionTimeoutError);
  assert.equal(await call.left, 'aborted');
});

test('wire_Request_TravelsUnchangedButForTheModelsName', async () => {
  const text = '{ "messages":[{"role":"user","content":"\\u0048ello \\/ there"}],\n"temperature":1.0,"unknown":{"a":[1e2,-0.0]}, "model" : "lab/gpt-4o", "max_tokens":9 }';
  await client.post('/chat/completions', { body: Buffer.from(text), headers: { 'content-type': 'application/json' } });

  assert.equal(wire.calls.at(-1).body, text.replace('lab/gpt-4o', 'gpt-4o'));
});

test('wire_Headers_CarryTheProvidersKeyAndNeverTheCallers', async () => {
  await client.chat.completions.create({ model: 'lab/gpt-4o', messages }, { headers: { 'OpenAI-Organization': 'org-1', cookie: 'a=b', 'x-functions-key': callerKey, 'x-forwarded-for': '10.0.0.1' } });

  const { headers } = wire.calls.at(-1);
  assert.deepEqual(
    Object.keys(headers).filter(name => name !== 'traceparent').sort(),
    ['accept-encoding', 'authorization', 'content-length', 'content-type', 'host', 'openai-organization', 'user-agent', 'x-apim-correlation-id']);
  assert.deepEqual([headers.authorization, headers['accept-encoding']], ['Bearer sk-lab-upstream-0001', 'identity']);
  assert.ok(!JSON.stringify(wire.calls).includes(callerKey));
});

test('wire_Stream_AsksTheProviderForUsage', async () => {
  const stream = await client.chat.completions.create({ model: 'lab/gpt-4o', messages, stream: true });
  for await (const chunk of stream) assert.ok(!chunk.usage);

  assert.deepEqual(JSON.parse(wire.calls.at(-1).body), { model: 'gpt-4o', messages, stream: true, stream_options: { include_usage: true } });
});

test('wire_CallersKey_IsInNoLineOfTheLog', () => {
  assert.ok(!gateway.output().includes(callerKey));
  assert.ok(!gateway.output().includes('sk-lab-upstream-0001'));
});

// The call that follows those already there, once its body has been read.
async function nextCall() {
  const index = wire.calls.length;
  while (!wire.calls[index]?.body) await new Promise(resolve => setTimeout(resolve, 5));
  return wire.calls[index];
}
