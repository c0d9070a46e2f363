import assert from 'node:assert/strict';
import { test } from 'node:test';
import { zodResponseFormat, zodTextFormat } from 'openai/helpers/zod';
import { z } from 'zod';
import { client } from './harness/clients.mjs';

const Event = z.object({
  name: z.string(),
  date: z.iso.date(),
  guests: z.array(z.object({ name: z.string(), coming: z.boolean() })),
  kind: z.enum(['party', 'meeting']),
});
const sampled = { name: 'name', date: '2026-01-01', guests: [{ name: 'name', coming: true }], kind: 'party' };
const messages = [{ role: 'user', content: 'Anna gives a party.' }];

test('structured_ChatParse_GivesAnObjectOfTheSchema', async () => {
  const answer = await client.chat.completions.parse({ model: 'chat', messages, response_format: zodResponseFormat(Event, 'event') });
  assert.deepEqual(answer.choices[0].message.parsed, sampled);
});

test('structured_ChatStream_GivesAnObjectOfTheSchema', async () => {
  const stream = client.chat.completions.stream({ model: 'chat', messages, response_format: zodResponseFormat(Event, 'event') });
  assert.deepEqual((await stream.finalChatCompletion()).choices[0].message.parsed, sampled);
});

test('structured_ResponsesParse_GivesAnObjectOfTheSchema', async () => {
  const answer = await client.responses.parse({ model: 'chat', input: 'Anna gives a party.', text: { format: zodTextFormat(Event, 'event') } });
  assert.deepEqual(answer.output_parsed, sampled);
});

test('structured_JsonObject_IsJson', async () => {
  const answer = await client.chat.completions.create({ model: 'chat', messages, response_format: { type: 'json_object' } });
  assert.deepEqual(JSON.parse(answer.choices[0].message.content), { answer: messages[0].content });
});
