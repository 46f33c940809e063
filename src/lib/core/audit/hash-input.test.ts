import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { canonicalJson, type Json } from './canonical-json';
import { chainInput, chainStartInput, leafInput, nodeInput, personalDataInput } from './hash-input';

// Golden vectors that any other implementation of the log's format must reproduce.
const ORIGIN = 'example.invalid/admin-console/audit';
const BODIES = [
  '{"action":"auth.login","actor":{"aal":2,"id":"adm_1","type":"admin"},"at":"2026-11-22T05:00:01.000000Z","change":[],"id":"0190c0de-0000-7000-8000-000000000001","outcome":"success","req":"r1","target":{"id":"t1","type":"session"},"v":1}',
  '{"action":"admin.quota.set","actor":{"aal":2,"id":"adm_1","type":"admin"},"at":"2026-11-22T05:00:02.000000Z","change":[{"new":5000,"old":null,"path":"daily"}],"id":"0190c0de-0000-7000-8000-000000000002","outcome":"success","req":"r2","target":{"id":"t2","type":"admin"},"v":1}',
  '{"action":"role.permission.revoke","actor":{"aal":2,"id":"adm_1","type":"admin"},"at":"2026-11-22T05:00:03.000000Z","change":[],"id":"0190c0de-0000-7000-8000-000000000003","outcome":"success","req":"r3","target":{"id":"t3","type":"role"},"v":1}'
];
const LEAVES = [
  '659ec363a5e9c9986aad4eac96f209fde33baae507afa1af74c3d054a6f0f97a',
  'bfa23b5bac0362c42b247e1b7a438b80b6cd7699a79f95df4e55c24b2b9f6a12',
  'db4479596f2fa29122ce8499d45adb5cd765cb81e06e616e3f5636ddadde80e0'
];
const CHAIN = [
  'd30123ad08bcfa61381c429076f9831571cfcc7e1f21a8fc565172f82018399f',
  '55f97d49968ddf05294e98cc7c0d659ee3e1ceada7a99a58f478b6a435e966f3',
  '137873f748f0e9664e80b63309beb3199856ca51a6e450a251f6416039d4db37',
  '01d485855a01ada33eabb0be8a208127e90ae6e9a10a1a09b0d2944c830ddba0'
];
const ROOT = 'eddd7ad7c266644917f7d146b7e70925409e2d9a4c2b9bbc94feb647b9d69ba4';

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
