import type { LogKeys } from '../../../auth/log-key';
import type { Queryable } from '../../../db/driver/client';
import { pipelined } from '../../../db/driver/pipelined';
import { declareAudited, readOneSnapshot } from '../../../db/driver/transaction';
import { readHead, readPending, trySequencerLock } from '../../../db/log/sequence-table';
import { completeNodes, readTree, type TreeState } from '../../../db/log/tree-table';
import type { Deps } from '../../write-path/deps';
import { InconsistentTree, isSuccessor, signTree, type Signed } from './sign-tree';
import type { SignedMemory } from './signed-memory';

/** A checkpoint for every batch would be several hundred a second under load; nobody waits for one. */
const SECONDS_BETWEEN_CHECKPOINTS = 0.2;

export type Signing = {
  logOrigin: string;
  keys: LogKeys;
  /** Memory of what this process signed, kept as long as it runs. */
  memory: SignedMemory;
};

export type SigningResult = {
  /** The checkpoint that was signed. */
  signed: Signed | null;
  /** It is too early to sign for some entries. */
  toSign: boolean;
  /** Reason the log cannot be signed any more; null: it can. */
  alarm: InconsistentTree | null;
};

const NOTHING_TO_SIGN: SigningResult = { signed: null, toSign: false, alarm: null };

/**
 * Signs what has numbers, as the one sequencer and in a transaction of its own: whoever waits for a document does
 * not wait for it, and what it signs is committed. Null when another process is at it.
 */
export async function signLog(deps: Deps, signing: Signing): Promise<SigningResult | null> {
  const { logOrigin, keys, memory } = signing;
  const done = await deps.db.transaction(async (tx): Promise<SigningResult | null> => {
    const [, isOurs, waiting, head, found] = await pipelined([
      readOneSnapshot(tx),
      trySequencerLock(tx),
      readPending(tx, 1),
      readHead(tx),
      readTree(tx)
    ]);
    if (!isOurs) return null;
    const tree = await complete(tx, head?.seq ?? 0, found);
    const { canSign } = await judgeKeys(tx, signing, tree);
    // A key takes over with a checkpoint that covers the entry about it: not while that may wait for its number.
    const mayRotate = tree.nextVkey === null || waiting.length === 0;
    if (!head || !canSign || head.seq <= tree.signed.size) return NOTHING_TO_SIGN;
    const isDue = tree.signed.age === null || tree.signed.age >= SECONDS_BETWEEN_CHECKPOINTS;
    if (!isDue || !mayRotate) return { ...NOTHING_TO_SIGN, toSign: true };
    await declareAudited(tx);
    try {
      const grown = { size: head.seq, chain: head.chain, frontier: tree.frontier };
      return { ...NOTHING_TO_SIGN, signed: await signTree(tx, logOrigin, keys, memory, tree, grown) };
    } catch (error) {
      if (error instanceof InconsistentTree) return { ...NOTHING_TO_SIGN, alarm: error };
      throw error;
    }
  });
  // Only what is committed was signed.
  if (done?.signed) memory.last = done.signed;
  return done;
}

/** Judges if one of our keys may sign, and gives the reason nothing can be signed any more. */
export async function judgeKeys(
  tx: Queryable,
  { logOrigin, keys, memory }: Signing,
  { vkey, signed }: TreeState
): Promise<{ canSign: boolean; alarm: InconsistentTree | null }> {
  const ours = keys.vkeys(logOrigin);
  const isReplaced = vkey !== null && ours.length > 0 && !(await isSuccessor(tx, ours, memory, vkey));
  const alarm = isReplaced
    ? new InconsistentTree('the log names a key that no key of ours handed over to', signed.size)
    : null;
  return { canSign: vkey !== null && ours.includes(vkey), alarm };
}

/** The tree's frontier, made first where entries had numbers before there was a tree. */
export async function complete(tx: Queryable, size: number, tree: TreeState): Promise<TreeState> {
  if (tree.frontier.reduce((sum, { level }) => sum + 2 ** level, 0) === size) return tree;
  await declareAudited(tx);
  await completeNodes(tx);
  return readTree(tx);
}
