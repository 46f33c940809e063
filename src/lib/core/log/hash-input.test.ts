import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { GOLDEN_LOG } from '../../../../tests/support/golden-log';
import { canonicalJson, type Json } from './canonical-json';
import { chainInput, chainStartInput, leafInput, nodeInput, personalDataInput } from './hash-input';

const { origin: ORIGIN, bodies: BODIES, leaves: LEAVES, chain: CHAIN, root: ROOT } = GOLDEN_LOG;

const sha256 = (data: Uint8Array) => createHash('sha256').update(data).digest();
const leaf = (body: string) => sha256(leafInput(new TextEncoder().encode(body)));

test('[LOG-6] leaves of the golden bodies', () => {
  expect(BODIES.map((body) => leaf(body).toString('hex'))).toEqual(LEAVES);
});

test('[LOG-6] the chain from its origin on', () => {
  const chain = [sha256(chainStartInput(ORIGIN))];
  for (const [at, body] of BODIES.entries()) chain.push(sha256(chainInput(at + 1, chain[at]!, leaf(body))));
  expect(chain.map((link) => link.toString('hex'))).toEqual(CHAIN);
});

test('[LOG-6] the root over three leaves', () => {
  const [one, two, three] = BODIES.map(leaf) as [Buffer, Buffer, Buffer];
  expect(sha256(nodeInput(sha256(nodeInput(one, two)), three)).toString('hex')).toBe(ROOT);
});

test('[LOG-6] the golden bodies are canonical', () => {
  for (const body of BODIES) expect(canonicalJson(JSON.parse(body) as Json)).toBe(body);
});

test('a number beyond 32 bits fills all eight bytes', () => {
  const input = chainInput(2 ** 40 + 5, new Uint8Array(32), new Uint8Array(32));
  expect([...input.slice(0, 9)]).toEqual([2, 0, 0, 1, 0, 0, 0, 0, 5]);
});

test('[LOG-7] personal data are committed to with their salt, apart from everything else', () => {
  expect([...personalDataInput(new Uint8Array([1, 2]), new Uint8Array([3]))]).toEqual([4, 1, 2, 3]);
});
