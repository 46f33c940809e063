import { nodeInput } from './hash-input';

// The Merkle tree over the leaves of the log (RFC 6962). Leaf index = number of the entry − 1. Only perfect subtrees
// are stored: a node (level, idx) covers the leaves from idx · 2^level on, 2^level of them, and never changes.

/** SHA-256, the caller's: this module reads and writes nothing. */
export type Hash = (data: Uint8Array) => Uint8Array;

export type NodePlace = { level: number; idx: number };
export type TreeNode = NodePlace & { hash: Uint8Array };

/** Leaves from `start` up to, not including, `end`. */
export type LeafRange = { start: number; end: number };

/** The places of the perfect subtrees that make up a tree of this size, largest first: at most one of each level. */
export function frontierPlaces(size: number): NodePlace[] {
  return placesOf({ start: 0, end: size });
}

/**
 * The perfect subtrees that make up a range, from left to right. The range must be one that occurs in a tree: its
 * start a multiple of the largest power of two that is not above its length.
 */
export function placesOf({ start, end }: LeafRange): NodePlace[] {
  const places: NodePlace[] = [];
  for (let at = start; at < end;) {
    // Doubled, not shifted: sizes may exceed 32 bits.
    let [level, width] = [0, 1];
    while (at + width * 2 <= end) [level, width] = [level + 1, width * 2];
    places.push({ level, idx: at / width });
    at += width;
  }
  return places;
}

/** The hash of neighbouring perfect subtrees, largest first, as RFC 6962 joins them: from the right. */
export function foldSubtrees(hash: Hash, hashes: readonly Uint8Array[]): Uint8Array {
  return hashes.reduceRight((right, left) => hash(nodeInput(left, right)));
}

/** The root of a tree whose frontier is this; of an empty one the hash of nothing. */
export function rootOf(hash: Hash, frontier: readonly TreeNode[]): Uint8Array {
  if (frontier.length === 0) return hash(new Uint8Array());
  return foldSubtrees(
    hash,
    frontier.map((node) => node.hash)
  );
}

/**
 * Appends leaves to a tree of which only the frontier is known.
 * @param frontier the nodes at `frontierPlaces(size)`, in that order
 * @returns the frontier afterwards, and every node that is complete now and was not before, leaves included
 */
export function appendLeaves(
  hash: Hash,
  size: number,
  frontier: readonly TreeNode[],
  leaves: readonly Uint8Array[]
): { frontier: TreeNode[]; nodes: TreeNode[] } {
  const stack = [...frontier];
  const nodes: TreeNode[] = [];
  for (const [at, leaf] of leaves.entries()) {
    let node: TreeNode = { level: 0, idx: size + at, hash: leaf };
    nodes.push(node);
    // A right child completes its parent, which may be a right child itself.
    while (node.idx % 2 === 1) {
      const left = stack.pop();
      if (left?.level !== node.level || left.idx !== node.idx - 1)
        throw new Error('not the frontier of this size');
      node = { level: node.level + 1, idx: (node.idx - 1) / 2, hash: hash(nodeInput(left.hash, node.hash)) };
      nodes.push(node);
    }
    stack.push(node);
  }
  return { frontier: stack, nodes };
}

/** Largest power of two that is smaller than `n`, for n above 1. */
export function splitPoint(n: number): number {
  let power = 1;
  while (power * 2 < n) power *= 2;
  return power;
}
