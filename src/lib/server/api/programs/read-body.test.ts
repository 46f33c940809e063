import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { MAX_BODY_BYTES, readBody } from './read-body';

/** A request that sends these pieces, and then ends, or is cut. */
function read(pieces: readonly Buffer[], end: 'ends' | 'cut' = 'ends', headers: object = {}) {
  const request = Object.assign(new PassThrough(), {
    headers: { 'content-type': 'application/json', ...headers }
  });
  const body = readBody(request as unknown as IncomingMessage);
  for (const piece of pieces) request.write(piece);
  setImmediate(() => (end === 'ends' ? request.end() : request.destroy()));
  return body;
}

const bytes = Buffer.from('{"name":"Zoë"}');

test('a body is read whole, in however many pieces it comes', async () => {
  const value = { value: { name: 'Zoë' } };
  expect(await read([bytes])).toEqual(value);
  // In the middle of a character.
  for (let at = 1; at < bytes.length; at++)
    expect(await read([bytes.subarray(0, at), bytes.subarray(at)])).toEqual(value);
  expect(await read([])).toEqual({ status: 400, problem: 'the body is not JSON' });
});

test('one that is too large is refused, whether it says so or not; one that was cut has no answer', async () => {
  const half = Buffer.alloc(MAX_BODY_BYTES / 2 + 1, ' ');
  expect(await read([half, half, half])).toMatchObject({ status: 413 });
  expect(await read([], 'ends', { 'content-length': String(MAX_BODY_BYTES + 1) })).toMatchObject({
    status: 413
  });
  expect(await read([bytes], 'cut')).toBeNull();
});

test.each([
  ['half a character', Buffer.from([0x22, 0xc3, 0x22])],
  ['an overlong one', Buffer.from([0x22, 0xc0, 0x80, 0x22])]
])('%s is not UTF-8, and the next body is read all the same', async (_, broken) => {
  expect(await read([broken])).toEqual({ status: 400, problem: 'the body is not UTF-8' });
  expect(await read([bytes])).toEqual({ value: { name: 'Zoë' } });
});
