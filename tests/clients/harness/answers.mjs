import assert from 'node:assert/strict';

const clocks = new Set(['created', 'created_at', 'completed_at']);

/** An answer as plain data, without what the clock put into it. */
export function timeless(value) {
  if (Array.isArray(value)) return value.map(timeless);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value)
    .filter(([name, member]) => !clocks.has(name) && name !== '_request_id' && member !== undefined)
    .map(([name, member]) => [name, timeless(member)]));
}

/** Both answers are the same, member by member, but for the moment they were made at. */
export function assertSame(actual, expected) {
  assert.deepEqual(timeless(actual), timeless(expected));
}

/** Every item of a stream. */
export async function all(stream) {
  const items = [];
  for await (const item of stream) items.push(item);
  return items;
}

/** What a chat stream's chunks say of their first choice. */
export const textOf = chunks => chunks.map(chunk => chunk.choices[0]?.delta?.content ?? '').join('');

/** The error that a promise ends with. */
export async function failure(promise) {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new assert.AssertionError({ message: 'It should have failed.' });
}
