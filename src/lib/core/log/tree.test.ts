import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { GOLDEN_LOG } from '../../../../tests/support/golden-log';
import { leafInput, nodeInput } from './hash-input';
import { consistencyRanges, inclusionRanges } from './proof';
import {
  appendLeaves,
  foldSubtrees,
  frontierPlaces,
  placesOf,
  rootOf,
  type LeafRange,
  type TreeNode
} from './tree';
import { rootFromProof } from '../../../../verifier/growing-tree.mjs';
import { verifyConsistency } from './verify-proof';

vi.setConfig({ testTimeout: 30_000 });

const hash = (data: Uint8Array) => new Uint8Array(createHash('sha256').update(data).digest());
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const bodies = (n: number) =>
  Array.from({ length: n }, (_, at) => new TextEncoder().encode(`entry ${at + 1}`));
const LEAVES = bodies(300).map((body) => hash(leafInput(body)));

/** RFC 6962 2.1, as it is written there. */
function naiveRoot(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 0) return hash(new Uint8Array());
  if (leaves.length === 1) return leaves[0]!;
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return hash(nodeInput(naiveRoot(leaves.slice(0, split)), naiveRoot(leaves.slice(split))));
}

/** A tree that grew in batches of these sizes. */
function grown(batches: readonly number[]): {
  size: number;
  frontier: TreeNode[];
  stored: Map<string, Uint8Array>;
} {
  let size = 0;
  let frontier: TreeNode[] = [];
  const stored = new Map<string, Uint8Array>();
  for (const batch of batches) {
    const added = appendLeaves(hash, size, frontier, LEAVES.slice(size, size + batch));
    for (const node of added.nodes) stored.set(`${node.level}/${node.idx}`, node.hash);
    ({ frontier } = added);
    size += batch;
  }
  return { size, frontier, stored };
}

const whole = grown([300]);
const hashOf = (range: LeafRange) =>
  foldSubtrees(
    hash,
    placesOf(range).map(({ level, idx }) => whole.stored.get(`${level}/${idx}`)!)
  );

test('[LOG-6] the root of the golden log is the one that was written down', () => {
  const leaves = GOLDEN_LOG.leaves.map((leaf) => Uint8Array.from(Buffer.from(leaf, 'hex')));
  expect(hex(rootOf(hash, appendLeaves(hash, 0, [], leaves).frontier))).toBe(GOLDEN_LOG.root);
  expect(hex(rootOf(hash, []))).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
});

test('[LOG-6] a tree that grew in any batches is the tree of its leaves', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 7 }), (batches) => {
      const { size, frontier, stored } = grown(batches);
      expect(hex(rootOf(hash, frontier))).toBe(hex(naiveRoot(LEAVES.slice(0, size))));
      expect(frontier.map(({ level, idx }) => ({ level, idx }))).toEqual(frontierPlaces(size));
      // At most two nodes an entry, and exactly the perfect subtrees.
      expect(stored.size).toBeLessThanOrEqual(2 * size);
      for (const [place, node] of stored) {
        const [level = 0, idx = 0] = place.split('/').map(Number);
        expect(hex(node)).toBe(hex(naiveRoot(LEAVES.slice(idx * 2 ** level, (idx + 1) * 2 ** level))));
      }
    }),
    { numRuns: 50 }
  );
});

test('[LOG-6] what is not the frontier of this size is not built upon', () => {
  expect(() => appendLeaves(hash, 3, [], LEAVES.slice(3, 4))).toThrow('frontier');
  expect(() => appendLeaves(hash, 3, grown([2]).frontier, LEAVES.slice(3, 4))).toThrow('frontier');
});

test('[LOG-6] inclusion proofs hold for their entry alone, as the verifier checks them', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 300 }), fc.nat(299), fc.nat(), (size, at, flip) => {
      const index = at % size;
      const root = naiveRoot(LEAVES.slice(0, size));
      const proof = inclusionRanges(index, size).map(hashOf);
      const isProved = (leaf: Uint8Array, by: readonly Uint8Array[]) => {
        const found = rootFromProof(
          Buffer.from(leaf),
          index,
          size,
          by.map((node) => Buffer.from(node))
        );
        return found !== null && hex(found) === hex(root);
      };
      const leaf = LEAVES[index]!;
      expect(isProved(leaf, proof)).toBe(true);
      expect(proof.length).toBeLessThanOrEqual(Math.ceil(Math.log2(size)));
      expect(isProved(hash(leafInput(new TextEncoder().encode('another entry'))), proof)).toBe(false);
      expect(isProved(leaf, [...proof, root])).toBe(false);
      if (proof.length === 0) return;
      expect(isProved(leaf, proof.slice(1))).toBe(false);
      const changed = proof.map((node) => node.slice());
      changed[flip % proof.length]![flip % 32]! ^= 1;
      expect(isProved(leaf, changed)).toBe(false);
    }),
    { numRuns: 200 }
  );
});

test('[LOG-6] consistency proofs hold between every two sizes, and between no others', async () => {
  for (let size = 1; size <= 40; size++)
    for (let from = 1; from <= size; from++) {
      const older = { size: from, root: naiveRoot(LEAVES.slice(0, from)) };
      const newer = { size, root: naiveRoot(LEAVES.slice(0, size)) };
      const proof = consistencyRanges(from, size).map(hashOf);
      expect(await verifyConsistency(hash, older, newer, proof), `${from} to ${size}`).toBe(true);
      expect(proof.length).toBeLessThanOrEqual(2 * Math.ceil(Math.log2(size + 1)));
    }
  expect(
    await verifyConsistency(hash, { size: 3, root: LEAVES[0]! }, { size: 2, root: LEAVES[0]! }, [])
  ).toBe(false);
});

test('[LOG-6] a history that was written anew has no consistency proof', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 2, max: 300 }), fc.nat(), fc.nat(), async (size, a, b) => {
      const from = 1 + (a % (size - 1));
      const other = LEAVES.slice(0, from);
      other[b % from] = LEAVES[299]!;
      fc.pre(b % from !== 299);
      const older = { size: from, root: naiveRoot(other) };
      const newer = { size, root: naiveRoot(LEAVES.slice(0, size)) };
      const proof = consistencyRanges(from, size).map(hashOf);
      expect(await verifyConsistency(hash, older, newer, proof)).toBe(false);
      const honest = { size: from, root: naiveRoot(LEAVES.slice(0, from)) };
      if (proof.length > 0) expect(await verifyConsistency(hash, honest, newer, proof.slice(1))).toBe(false);
      const changed = proof.map((node) => node.slice());
      if (changed.length === 0) return;
      changed[b % changed.length]![b % 32]! ^= 0x80;
      expect(await verifyConsistency(hash, honest, newer, changed)).toBe(false);
    }),
    { numRuns: 200 }
  );
});
