import assert from 'node:assert/strict';
import { test } from 'node:test';
import OpenAI from 'openai';
import { all, failure, textOf } from './harness/answers.mjs';
import { client, countingFetch, direct, gateway, ledgerRecord, openai } from './harness/clients.mjs';
import { restrictedKey } from './harness/configuration.mjs';
import { adminKey, callerKey } from './harness/servers.mjs';

const messages = [{ role: 'user', content: 'Hello there' }];
const ask = (model, options = {}) => client.chat.completions.create({ model, messages, ...options });

test('error_ProvidersOwn400_IsTheProvidersErrorWhole', async () => {
  const mine = await failure(ask('chat', { messages: [] }));
  const theirs = await failure(direct.chat.completions.create({ model: 'gpt-4o', messages: [] }));

  assert.ok(mine instanceof OpenAI.BadRequestError);
  assert.deepEqual(mine.error, theirs.error);
  assert.deepEqual([mine.status, mine.code, mine.param, mine.type, mine.message], [theirs.status, theirs.code, theirs.param, theirs.type, theirs.message]);
});

test('error_ProvidersContentFilter_KeepsItsInnerError', async () => {
  const error = await failure(ask('lab/sim-fault-400-content-filter'));
  assert.ok(error instanceof OpenAI.BadRequestError);
  assert.equal(error.code, 'content_filter');
  assert.equal(error.error.innererror.content_filter_result.violence.filtered, true);
});

test('error_NoModel_Is400', async () => {
  const error = await failure(ask(undefined));
  assert.ok(error instanceof OpenAI.BadRequestError);
  assert.deepEqual([error.param, error.type], ['model', 'invalid_request_error']);
});

test('error_NotJson_Is400', async () => {
  const error = await failure(client.post('/chat/completions', { body: Buffer.from('{"model":"chat",'), headers: { 'content-type': 'application/json' } }));
  assert.ok(error instanceof OpenAI.BadRequestError);
  assert.equal(error.type, 'invalid_request_error');
});

test('error_WrongKey_Is401', async () => {
  const error = await failure(openai({ apiKey: 'sk-wrong-key-0123456789' }).chat.completions.create({ model: 'chat', messages }));
  assert.ok(error instanceof OpenAI.AuthenticationError);
  assert.equal(error.code, 'invalid_api_key');
  assert.ok(!JSON.stringify(error.error).includes('0123456789'), 'the key is not repeated');
});

test('error_WrongKeyOfAStream_Is401', async () => {
  const error = await failure(openai({ apiKey: 'sk-wrong-key-0123456789' }).chat.completions.create({ model: 'chat', messages, stream: true }));
  assert.ok(error instanceof OpenAI.AuthenticationError);
});

test('error_ModelThatTheKeyMayNotUse_Is403', async () => {
  const error = await failure(openai({ apiKey: restrictedKey }).chat.completions.create({ model: 'chat', messages }));
  assert.ok(error instanceof OpenAI.PermissionDeniedError);
  assert.deepEqual([error.code, error.param], ['model_not_allowed', 'model']);
});

test('error_UnknownModel_Is404WithTheNearestName', async () => {
  const error = await failure(ask('thinkr'));
  assert.ok(error instanceof OpenAI.NotFoundError);
  assert.deepEqual([error.code, error.param, error.type], ['model_not_found', 'model', 'invalid_request_error']);
  assert.match(error.message, /'thinkr' does not exist\. Did you mean 'thinker'\?/);
});

test('error_UnknownPath_Is404InOpenAIsShape', async () => {
  const error = await failure(client.post('/no/such/thing', { body: {} }));
  assert.ok(error instanceof OpenAI.NotFoundError);
  assert.deepEqual(Object.keys(error.error).sort(), ['code', 'message', 'param', 'type']);
});

test('error_BodyOverTheLimit_Is413', async () => {
  const error = await failure(ask('chat', { messages: [{ role: 'user', content: 'x'.repeat(5 * 1024 * 1024) }] }));
  assert.deepEqual([error.status, error.code], [413, 'request_too_large']);
});

test('error_ProvidersKeyRefused_Is502AndNotTheCallersFault', async () => {
  for (const status of ['401', '403']) {
    const { message, ...error } = (await failure(ask(`lab/sim-fault-${status}`))).error;
    assert.deepEqual(error, { type: 'server_error', param: null, code: 'upstream_authentication' });
  }
});

for (const [fault, status] of [['500', 500], ['502', 502], ['503', 503], ['504', 504], ['529', 529], ['408', 408], ['404', 404]]) {
  test(`error_Provider${fault}_KeepsItsStatus`, async () => {
    const error = await failure(ask(`lab/sim-fault-${fault}`));
    assert.equal(error.status, status);
    assert.ok(error.error.message, 'it has a message in OpenAI\'s shape');
  });
}

test('error_RateLimitedWithoutRetries_ComesWithRetryAfter', async () => {
  const { fetch, calls } = countingFetch();
  const error = await failure(openai({ fetch }).chat.completions.create({ model: 'lab/sim-fault-429-7', messages }));

  assert.ok(error instanceof OpenAI.RateLimitError);
  assert.deepEqual([error.code, error.headers.get('retry-after'), calls.length], ['rate_limit_exceeded', '7', 1]);
});

test('error_RateLimitedWithARetry_WaitsAsLongAsToldAndAsksAgain', async () => {
  const { fetch, calls } = countingFetch();
  const started = performance.now();
  const error = await failure(openai({ fetch, maxRetries: 1 }).chat.completions.create({ model: 'lab/sim-fault-429-1', messages }));

  assert.ok(error instanceof OpenAI.RateLimitError);
  assert.deepEqual(calls.map(call => call.status), [429, 429]);
  // Without the header the client waits half a second at most.
  assert.ok(performance.now() - started >= 990, 'Retry-After: 1 was honoured');
});

test('error_QuotaUsedUp_KeepsItsCode', async () => {
  const error = await failure(ask('lab/sim-fault-429-quota'));
  assert.ok(error instanceof OpenAI.RateLimitError);
  assert.equal(error.code, 'insufficient_quota');
});

test('error_NobodyListensAtTheProvider_Is502', async () => {
  const error = await failure(ask('gone/gpt-4o'));
  assert.deepEqual([error.status, error.code], [502, 'upstream_failed']);
  assert.ok(!/127\.0\.0\.1/.test(error.message), 'the provider\'s address stays inside');
});

test('error_ProviderSilent_Is504', async () => {
  const error = await failure(ask('hasty/sim-fault-stall-headers'));
  assert.deepEqual([error.status, error.code], [504, 'upstream_timeout']);
});

for (const fault of ['close-headers', 'reset-headers', 'empty', 'error-body', 'error-first-event', 'malformed-chunk-0', 'cut-body-0']) {
  test(`error_StreamThatNeverBegan_${fault}_IsAnErrorAndNoAnswer`, async () => {
    const error = await failure(ask(`lab/sim-fault-${fault}`, { stream: true }).then(all));
    assert.ok(error instanceof OpenAI.APIError, `${error}`);
    assert.ok(!(error instanceof OpenAI.APIConnectionError), 'it is told, not cut');
  });
}

for (const fault of ['cut-connection-4', 'cut-body-4', 'reset-4', 'error-event-4']) {
  test(`error_StreamBrokenInTheMiddle_${fault}_EndsInATypedError`, async () => {
    const chunks = [];
    const { data, request_id } = await ask(`lab/sim-fault-${fault}`, { stream: true }).withResponse();
    const error = await failure((async () => {
      for await (const chunk of data) chunks.push(chunk);
    })());

    assert.ok(error instanceof OpenAI.APIError && !(error instanceof OpenAI.APIConnectionError), `${error}`);
    assert.ok(textOf(chunks).startsWith('['), 'what came before the break was passed on');
    assert.ok(chunks.every(chunk => chunk.choices.every(choice => choice.finish_reason === null)), 'no finish was invented');
    const { truncated, aborted, status } = await ledgerRecord(request_id);
    assert.deepEqual({ truncated, aborted, status }, { truncated: true, aborted: false, status: 200 });
  });
}

test('error_ResponsesStreamBrokenInTheMiddle_EndsInATypedError', async () => {
  const events = [];
  const { data, request_id } = await client.responses.create({ model: 'lab/sim-fault-cut-connection-5', input: 'Hello there', stream: true }).withResponse();
  const error = await failure((async () => {
    for await (const event of data) events.push(event.type);
  })()).catch(nothing => nothing);

  // The client hands an error event on as an event or throws it; it must not look finished.
  assert.ok(error instanceof OpenAI.APIError || events.includes('error'), `${error} after ${events}`);
  assert.ok(!events.includes('response.completed'));
  assert.equal((await ledgerRecord(request_id)).truncated, true);
});

test('error_CallersKeyOnTheAdminSurface_Is403', async () => {
  const response = await fetch(`${gateway}/admin/requests`, { headers: { authorization: `Bearer ${callerKey}` } });
  assert.equal(response.status, 403);
  assert.ok((await response.json()).error.message);
  assert.equal((await fetch(`${gateway}/admin/requests`, { headers: { authorization: `Bearer ${adminKey}` } })).status, 200);
});
