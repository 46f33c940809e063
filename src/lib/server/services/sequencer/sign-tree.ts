import { checkpointText, formatNote, type NoteSignature } from '../../../core/audit/note';
import { consistencyRanges } from '../../../core/audit/proof';
import { foldSubtrees, placesOf, rootOf, type LeafRange, type TreeNode } from '../../../core/audit/tree';
import { verifyConsistency } from '../../../core/audit/verify-proof';
import type { LogKeys } from '../../auth/log-key';
import { sha256 } from '../../auth/token';
import { insertCheckpoint } from '../../db/checkpoint-table';
import type { Queryable } from '../../db/client';
import { readNodes, type TreeState } from '../../db/tree-table';

/** The stored tree is not one that grew from what was signed: somebody changed it. Nothing is signed any more. */
export class InconsistentTree extends Error {
  override name = 'InconsistentTree';
}

/** The tree after a batch: what would be signed. */
export type TreeHead = { size: number; chain: Uint8Array; frontier: readonly TreeNode[] };

/**
 * Signs the tree as it is, under the sequencer's lock and in its transaction, after comparing it with what was signed last. With
 * another key waiting, both sign, and the other one takes over.
 * @returns the note; null when this process lacks the key
 * @throws InconsistentTree
 */
export async function signTree(
  tx: Queryable,
  logOrigin: string,
  keys: LogKeys,
  { signed, vkey, nextVkey }: TreeState,
  head: TreeHead
): Promise<string | null> {
  if (vkey === null) return null;
  const root = rootOf(sha256, head.frontier);
  const text = checkpointText({ origin: logOrigin, size: head.size, root });
  const signatures: (NoteSignature | null)[] = [keys.sign(logOrigin, vkey, text)];
  if (nextVkey !== null) signatures.push(keys.sign(logOrigin, nextVkey, text));
  if (!signatures.every((each) => each !== null)) return null;
  if (signed.root !== null)
    await demandGrowth(tx, { size: signed.size, root: signed.root }, { size: head.size, root });
  const note = formatNote(text, signatures);
  await insertCheckpoint(tx, { size: head.size, root, chain: head.chain, note, rotatesTo: nextVkey });
  return note;
}

async function demandGrowth(
  tx: Queryable,
  older: { size: number; root: Uint8Array },
  newer: { size: number; root: Uint8Array }
): Promise<void> {
  const proof = older.size <= newer.size ? await consistencyProof(tx, older.size, newer.size) : null;
  if (proof === null || !(await verifyConsistency(sha256, older, newer, proof)))
    throw new InconsistentTree(
      `the log of ${newer.size} entries did not grow from the ${older.size} that were signed`
    );
}

/** The hashes that prove that a tree grew from a smaller one; null when the stored tree lacks one of them. */
export async function consistencyProof(
  tx: Queryable,
  from: number,
  size: number
): Promise<Uint8Array[] | null> {
  return rangeHashes(tx, consistencyRanges(from, size));
}

/** The hash of each range of leaves; null when the stored tree lacks a node. */
export async function rangeHashes(tx: Queryable, ranges: readonly LeafRange[]): Promise<Uint8Array[] | null> {
  const places = ranges.map(placesOf);
  const hashes = await readNodes(tx, places.flat());
  if (hashes === null) return null;
  let at = 0;
  return places.map(({ length }) => foldSubtrees(sha256, hashes.slice(at, (at += length))));
}
