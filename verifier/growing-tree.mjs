import { nodeHash, sha256 } from './bytes.mjs';

/** A Merkle tree that keeps only what its next leaf needs: one hash for each power of two in its size. */
export class GrowingTree {
  size = 0;
  /** @type {{ level: number, idx: number, hash: Buffer }[]} */
  #subtrees = [];

  /**
   * @param {Buffer} leaf
   * @returns {{ level: number, idx: number, hash: Buffer }[]} the subtrees that this leaf completes, itself first
   */
  add(leaf) {
    let node = { level: 0, idx: this.size, hash: leaf };
    const completed = [node];
    for (let left = this.#subtrees.at(-1); left?.level === node.level; left = this.#subtrees.at(-1)) {
      this.#subtrees.pop();
      node = { level: node.level + 1, idx: left.idx / 2, hash: nodeHash(left.hash, node.hash) };
      completed.push(node);
    }
    this.#subtrees.push(node);
    this.size += 1;
    return completed;
  }

  /** @returns {Buffer} */
  root() {
    const hashes = this.#subtrees.map(({ hash }) => hash);
    if (hashes.length === 0) return sha256(Buffer.alloc(0));
    return hashes.reduceRight((right, left) => nodeHash(left, right));
  }
}

/**
 * The root that an inclusion proof leads to (RFC 9162 2.1.3.2); null when the proof has the wrong length.
 * @param {Buffer} leaf @param {number} index @param {number} size @param {Buffer[]} proof
 */
export function rootFromProof(leaf, index, size, proof) {
  let [fn, sn, node] = [index, size - 1, leaf];
  for (const sibling of proof) {
    if (sn === 0) return null;
    if (fn % 2 === 1 || fn === sn) {
      node = nodeHash(sibling, node);
      while (fn % 2 === 0 && fn > 0) [fn, sn] = [Math.floor(fn / 2), Math.floor(sn / 2)];
    } else node = nodeHash(node, sibling);
    [fn, sn] = [Math.floor(fn / 2), Math.floor(sn / 2)];
  }
  return sn === 0 ? node : null;
}
