import { chainInput, chainStartInput } from '../../../../core/log/hash-input';
import { isQuiet } from '../../../../core/log/actions';
import { appendLeaves } from '../../../../core/log/tree';
import { FEED_LENGTH, type FeedEntry } from '../../../../documents/cells';
import type { LogKeys } from '../../../auth/log-key';
import { sha256 } from '../../../auth/token';
import type { DocumentChange } from '../../../db/tables/documents-table';
import { activeWithin } from '../../../db/tables/last-active-table';
import type { Queryable } from '../../../db/driver/client';
import { readLogIndex } from '../../../db/log/log-index-table';
import { pipelined } from '../../../db/driver/pipelined';
import {
  insertSequence,
  readHead,
  readPending,
  takePending,
  trySequencerLock,
  type PendingEntry
} from '../../../db/log/sequence-table';
import { declareAudited, readOneSnapshot, type AuditedTransaction } from '../../../db/driver/transaction';
import { completeNodes, insertNodes, readTree, type TreeState } from '../../../db/log/tree-table';
import { record, SYSTEM, systemRequest } from '../../write-path/audit';
import type { Deps } from '../../write-path/deps';
import type { DocumentStore } from './document-store';
import { feedEntry } from '../wording/feed-entry';
import { indexLog } from './index-log';
import { isolated } from './isolated';
import { projectApplications } from './project-applications';
import { projectRoleList } from './project-role-list';
import { collectTouches, projectFeed, projectPeople, projectRoles, projectSettings } from './project';
import { projectPackages, projectUsers } from './project-tenants';
import { InconsistentTree, isSuccessor, signTree, type Signed, type TreeHead } from './sign-tree';
import type { SignedMemory } from './signed-memory';

export const BATCH = 256;

/** A checkpoint for every batch would be several hundred a second under load; nobody waits for one. */
const SECONDS_BETWEEN_CHECKPOINTS = 0.2;
/** A log in which nothing happens says that it is still there. */
const HEARTBEAT_SECONDS = 3600;

export type Sequencing = {
  logOrigin: string;
  keys: LogKeys;
  /** What this process signed, kept as long as it runs. */
  memory: SignedMemory;
  /** Seconds without an entry until one says so. */
  heartbeatSeconds?: number | undefined;
};

export type BatchResult = {
  /** How many entries were numbered. */
  numbered: number;
  /** The checkpoint that was signed. */
  signed: Signed | null;
  /** Entries have numbers, and it is too early to sign for them. */
  toSign: boolean;
  /** Entries have numbers and cannot be searched for yet. */
  toIndex: boolean;
  /** What documents say since then, in the order in which it was written. */
  written: DocumentChange[];
  /** Why nothing can be signed any more. */
  alarm: InconsistentTree | null;
};

/**
 * Numbers the committed entries that wait, continues chain and tree, signs, and tells the documents, in one transaction: after a
 * crash either all of it happened or none. Null when another process is at it.
 * In one piece: one transaction, whose order is the guarantee.
 */
export async function sequenceBatch(
  deps: Deps,
  store: DocumentStore,
  sequencing: Sequencing,
  refreshActivity: boolean
): Promise<BatchResult | null> {
  const { logOrigin, keys, memory, heartbeatSeconds = HEARTBEAT_SECONDS } = sequencing;
  try {
    const done = await deps.db.transaction(async (tx): Promise<BatchResult | null> => {
      // One snapshot for all that is read: a document never mixes two moments.
      const [, isOurs, taken, head, found, index] = await pipelined([
        readOneSnapshot(tx),
        trySequencerLock(tx),
        readPending(tx, BATCH),
        readHead(tx),
        readTree(tx),
        readLogIndex(tx)
      ]);
      if (!isOurs) return null;
      const tree = await complete(tx, head?.seq ?? 0, found);
      const size = (head?.seq ?? 0) + taken.length;
      const isSilent = taken.length === 0 && tree.signed.age !== null && tree.signed.age >= heartbeatSeconds;
      const { canSign, alarm } = await judgeKeys(tx, sequencing, tree, taken.length);
      const isDue = tree.signed.age === null || tree.signed.age >= SECONDS_BETWEEN_CHECKPOINTS;
      const unsigned = canSign && size > tree.signed.size;
      const isBehind = index.unknown || index.last < (head?.seq ?? 0);
      if (!refreshActivity && taken.length === 0 && !isSilent && !isBehind && !(unsigned && isDue))
        return { numbered: 0, signed: null, toSign: unsigned, toIndex: false, written: [], alarm };
      const touched = collectTouches(taken.flatMap((entry) => entry.touches));
      if (refreshActivity) for (const id of await activeWithin(tx, 90)) touched.people.add(id);
      const numbered = number(logOrigin, head, taken);
      const { frontier, nodes } = appendLeaves(
        sha256,
        head?.seq ?? 0,
        tree.frontier,
        taken.map((entry) => entry.leaf)
      );
      const chain = numbered.at(-1)?.chain ?? head?.chain;
      const grown: TreeHead | null = chain ? { size, chain, frontier } : null;
      const [, , , , toIndex] = await pipelined([
        declareAudited(tx),
        takePending(
          tx,
          taken.map((entry) => entry.n)
        ),
        insertSequence(tx, numbered),
        insertNodes(tx, nodes),
        indexLog(deps, Object.assign(tx, { audited: true as const }), index, numbered, size),
        ...projections(deps, tx, store, touched, numbered)
      ]);
      if (isSilent) await recordHeartbeat(Object.assign(tx, { audited: true as const }));
      const written = store.takeWritten();
      const result = { numbered: taken.length, signed: null, toSign: false, toIndex, written, alarm };
      if (!unsigned || !grown) return result;
      if (!isDue) return { ...result, toSign: true };
      try {
        return { ...result, signed: await signTree(tx, logOrigin, keys, memory, tree, grown) };
      } catch (error) {
        // Numbering goes on: what happens now must not be lost because somebody changed what was.
        if (error instanceof InconsistentTree) return { ...result, alarm: error };
        throw error;
      }
    });
    // Only what is committed was signed.
    if (done?.signed) memory.last = done.signed;
    return done;
  } catch (error) {
    store.forgetAll();
    throw error;
  }
}

/** Whether a key of ours may sign, and why nothing can be signed any more. */
async function judgeKeys(
  tx: Queryable,
  { logOrigin, keys, memory }: Sequencing,
  tree: TreeState,
  taken: number
): Promise<{ canSign: boolean; alarm: InconsistentTree | null }> {
  // A key takes over with a checkpoint that covers the entry about it: not in the middle of a backlog.
  const mayRotate = tree.nextVkey === null || taken < BATCH;
  const ours = keys.vkeys(logOrigin);
  const canSign = tree.vkey !== null && ours.includes(tree.vkey) && mayRotate;
  const isReplaced =
    tree.vkey !== null && ours.length > 0 && !(await isSuccessor(tx, ours, memory, tree.vkey));
  const alarm = isReplaced
    ? new InconsistentTree('the log names a key that no key of ours handed over to', tree.signed.size)
    : null;
  return { canSign, alarm };
}

/** Every document that a batch changes. One that cannot be made holds up none of the others. */
function projections(
  deps: Deps,
  tx: Queryable,
  store: DocumentStore,
  touched: ReturnType<typeof collectTouches>,
  numbered: readonly NumberedEntry[]
): Promise<unknown>[] {
  return [
    projectRoles(deps, tx, store, touched.roles),
    isolated(deps, store, 'roles', () => projectRoleList(deps, tx, store, 'administrator', touched)),
    isolated(deps, store, 'userRoles', () => projectRoleList(deps, tx, store, 'user', touched)),
    isolated(deps, store, 'people', () => projectPeople(tx, store, touched)),
    isolated(deps, store, 'applications', () => projectApplications(tx, store, touched)),
    isolated(deps, store, 'users', () => projectUsers(tx, store, touched)),
    isolated(deps, store, 'packages', () => projectPackages(tx, store, touched)),
    isolated(deps, store, 'settings', () => projectSettings(tx, store, touched)),
    isolated(deps, store, 'feed', () =>
      projectFeed(deps, tx, store, feedEntries(deps, numbered), touched.feed)
    )
  ];
}

/** The tree's frontier, made first where entries had numbers before there was a tree. */
async function complete(tx: Queryable, size: number, tree: TreeState): Promise<TreeState> {
  if (tree.frontier.reduce((sum, { level }) => sum + 2 ** level, 0) === size) return tree;
  await declareAudited(tx);
  await completeNodes(tx);
  return readTree(tx);
}

async function recordHeartbeat(tx: AuditedTransaction): Promise<void> {
  const target = { type: 'log', id: 'log', name: null };
  await record(
    tx,
    { actor: SYSTEM, request: systemRequest('sequencer') },
    { action: 'audit.heartbeat', target, outcome: 'success' },
    []
  );
}

type NumberedEntry = PendingEntry & { seq: number; chain: Uint8Array };

/** Continues the chain: the entries with the numbers that follow the last one. */
function number(
  logOrigin: string,
  head: { seq: number; chain: Uint8Array } | null,
  entries: readonly PendingEntry[]
): NumberedEntry[] {
  let seq = head?.seq ?? 0;
  let chain: Uint8Array = head?.chain ?? sha256(chainStartInput(logOrigin));
  return entries.map((entry) => {
    seq += 1;
    chain = sha256(chainInput(seq, chain, entry.leaf));
    return { ...entry, seq, chain };
  });
}

function feedEntries(deps: Deps, entries: readonly NumberedEntry[]): FeedEntry[] {
  return entries
    .filter((entry) => !isQuiet(entry.doc.action))
    .slice(-FEED_LENGTH)
    .map((entry) => feedEntry(deps.catalogue, entry.seq, entry.doc, entry.personalData));
}
