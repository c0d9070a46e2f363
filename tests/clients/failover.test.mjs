import assert from 'node:assert/strict';
import { test } from 'node:test';
import { all, textOf } from './harness/answers.mjs';
import { client, ledgerRecord } from './harness/clients.mjs';
import { failoverFaults } from './harness/configuration.mjs';

const messages = [{ role: 'user', content: 'Hello there' }];

for (const fault of failoverFaults) {
  for (const stream of [false, true]) {
    test(`failover_FirstTarget_${fault}_${stream ? 'Stream' : 'Plain'}IsAnsweredByTheSecond`, async () => {
      const { data, response, request_id } = await client.chat.completions.create({ model: `safe-${fault}`, messages, stream }).withResponse();

      assert.equal(stream ? textOf(await all(data)) : data.choices[0].message.content, '[simulated] Hello there');
      assert.deepEqual(['x-parley-provider', 'x-parley-attempts'].map(name => response.headers.get(name)), ['modern', '2']);
      const { status, truncated, attempts } = await ledgerRecord(request_id);
      assert.deepEqual(
        { status, truncated, targets: attempts.map(attempt => attempt.target) },
        { status: 200, truncated: false, targets: [`shaky/sim-fault-${fault}`, 'modern/gpt-4o'] });
    });
  }
}

test('failover_TargetThatFailed_IsLeftAloneAndTheCookieNamesWhoAnswered', async () => {
  const answers = [];
  for (let call = 0; call < 3; call++) answers.push(await client.chat.completions.create({ model: 'kept-out', messages }).withResponse());

  assert.deepEqual(answers.map(({ response }) => response.headers.get('x-parley-attempts')), ['2', '1', '1']);
  assert.deepEqual(answers.map(({ response }) => response.headers.get('x-served-by-instance')), ['1', '1', '1']);
  assert.deepEqual(
    answers.map(({ response }) => response.headers.get('set-cookie')),
    Array(3).fill('APIM-Backend-Instance=1; Path=/; Max-Age=86400; HttpOnly; Secure; SameSite=Lax'));
});
