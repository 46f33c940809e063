import {
  checkpointText,
  formatNote,
  isSignedBy,
  parseCheckpoint,
  parseNote,
  parseVkey,
  type NoteSignature
} from '../../../../core/log/note';
import { consistencyRanges } from '../../../../core/log/proof';
import { foldSubtrees, placesOf, rootOf, type LeafRange, type TreeNode } from '../../../../core/log/tree';
import { verifyConsistency } from '../../../../core/log/verify-proof';
import { verifyEd25519, type LogKeys } from '../../../auth/log-key';
import { sha256 } from '../../../auth/token';
import { insertCheckpoint, rotationsAfter } from '../../../db/log/checkpoint-table';
import type { Queryable } from '../../../db/driver/client';
import { readNodes, type TreeState } from '../../../db/log/tree-table';
import type { SignedMemory, SignedRoot } from './signed-memory';

/** The stored log is not one that grew from what was signed: somebody changed it. Nothing is signed any more. */
export class InconsistentTree extends Error {
  override name = 'InconsistentTree';

  constructor(
    message: string,
    /** Number of signed entries that the log does not continue. */
    readonly signed: number
  ) {
    super(message);
  }
}

/** The tree after a batch: what would be signed. */
export type TreeHead = { size: number; chain: Uint8Array; frontier: readonly TreeNode[] };

/** A checkpoint that was signed, and what it says. */
export type Signed = SignedRoot & { note: string };

/**
 * Signs the tree as it is, under the sequencer's lock and in its transaction, after comparing it with what was
 * signed last. With another key waiting, both sign, and the other one takes over.
 * @returns null when this process lacks the key
 * @throws InconsistentTree
 */
export async function signTree(
  tx: Queryable,
  logOrigin: string,
  keys: LogKeys,
  memory: SignedMemory,
  { signed, vkey, nextVkey }: TreeState,
  head: TreeHead
): Promise<Signed | null> {
  if (vkey === null) return null;
  const newer = { size: head.size, root: rootOf(sha256, head.frontier) };
  const text = checkpointText({ origin: logOrigin, ...newer });
  const signatures: (NoteSignature | null)[] = [keys.sign(logOrigin, vkey, text)];
  if (nextVkey !== null) signatures.push(keys.sign(logOrigin, nextVkey, text));
  if (!signatures.every((each) => each !== null)) return null;
  // The columns beside a note are anybody's who can write the database: what was signed is what the signature says.
  const last = signed.size > 0 ? await readSigned(logOrigin, vkey, signed) : null;
  if (last !== null) await demandGrowth(tx, last, newer);
  if (memory.last !== null && !isSameRoot(memory.last, last)) await demandGrowth(tx, memory.last, newer);
  const note = formatNote(text, signatures);
  await insertCheckpoint(tx, { ...newer, chain: head.chain, note, rotatesTo: nextVkey });
  return { ...newer, note };
}

/**
 * The last checkpoint as its signature says it.
 * @throws InconsistentTree when it is gone, or not of the key in force
 */
async function readSigned(
  logOrigin: string,
  vkey: string,
  { size, note }: TreeState['signed']
): Promise<SignedRoot> {
  const parsed = note === null ? null : parseNote(note);
  const checkpoint = parsed && parseCheckpoint(parsed.text);
  const key = await parseVkey(sha256, vkey);
  if (!parsed || !checkpoint || !key || !(await isSignedBy(verifyEd25519, parsed, key)))
    throw new InconsistentTree(`the checkpoint of the ${size} entries that were signed is not there`, size);
  if (checkpoint.origin !== logOrigin || checkpoint.size !== size)
    throw new InconsistentTree(`the last checkpoint is not the one of ${size} entries of this log`, size);
  return checkpoint;
}

function isSameRoot(one: SignedRoot, other: SignedRoot | null): boolean {
  return one.size === other?.size && Buffer.compare(one.root, other.root) === 0;
}

async function demandGrowth(tx: Queryable, older: SignedRoot, newer: SignedRoot): Promise<void> {
  const proof = older.size <= newer.size ? await consistencyProof(tx, older.size, newer.size) : null;
  if (proof === null || !(await verifyConsistency(sha256, older, newer, proof)))
    throw new InconsistentTree(
      `the log of ${newer.size} entries did not grow from the ${older.size} that were signed`,
      older.size
    );
}

/**
 * True if the key that the database names is one of ours, or one of ours handed over to it: else somebody put
 * their own in its place.
 */
export async function isSuccessor(
  tx: Queryable,
  ours: readonly string[],
  memory: SignedMemory,
  vkey: string
): Promise<boolean> {
  if (ours.includes(vkey)) return true;
  const known = memory.successors.get(vkey);
  if (known !== undefined) return known;
  const trusted = new Set(ours);
  for (const { vkey: next, note } of await rotationsAfter(tx, 0))
    if (!trusted.has(next) && (await isSignedByOneOf(note, trusted))) trusted.add(next);
  memory.successors.set(vkey, trusted.has(vkey));
  return trusted.has(vkey);
}

async function isSignedByOneOf(note: string, vkeys: ReadonlySet<string>): Promise<boolean> {
  const parsed = parseNote(note);
  for (const vkey of vkeys) {
    const key = await parseVkey(sha256, vkey);
    if (parsed && key && (await isSignedBy(verifyEd25519, parsed, key))) return true;
  }
  return false;
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
async function rangeHashes(tx: Queryable, ranges: readonly LeafRange[]): Promise<Uint8Array[] | null> {
  const places = ranges.map(placesOf);
  const hashes = await readNodes(tx, places.flat());
  if (hashes === null) return null;
  let at = 0;
  return places.map(({ length }) => foldSubtrees(sha256, hashes.slice(at, (at += length))));
}
