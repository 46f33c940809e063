import { chainInput, chainStartInput } from '../../../../core/log/hash-input';
import { isQuiet } from '../../../../core/log/actions';
import { appendLeaves } from '../../../../core/log/tree';
import { FEED_LENGTH, type FeedEntry } from '../../../../documents/cells';
import { sha256 } from '../../../auth/token';
import { activeWithin } from '../../../db/tables/last-active-table';
import type { Queryable } from '../../../db/driver/client';
import { readLogIndex, type LogIndexState } from '../../../db/log/log-index-table';
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
import { insertNodes, readTree, type TreeState } from '../../../db/log/tree-table';
import { record, SYSTEM, systemRequest } from '../../write-path/audit';
import type { Deps } from '../../write-path/deps';
import { nobodyListens, type ChangeListener } from './change-listener';
import type { DocumentStore } from './document-store';
import { feedEntry } from '../wording/feed-entry';
import { indexLog } from './index-log';
import { isolated } from './isolated';
import { projectApplications } from './project-applications';
import { projectRoleList } from './project-role-list';
import {
  collectAffected,
  projectFeed,
  projectPeople,
  projectRoles,
  projectSettings,
  readTouchedRoles
} from './project';
import { projectPackages, projectUsers } from './project-tenants';
import { complete, judgeKeys, type Signing } from './sign-log';
import type { InconsistentTree } from './sign-tree';

export const BATCH = 256;

/** A log in which nothing happens says that it is still there. */
const HEARTBEAT_SECONDS = 3600;

export type Sequencing = Signing & {
  /** Seconds without an entry until one says so. */
  heartbeatSeconds?: number | undefined;
  /** Hears what is written into documents. */
  onChange?: ChangeListener | undefined;
};

export type BatchResult = {
  /** Number of entries that were numbered. */
  numbered: number;
  /** Entries have numbers and no checkpoint yet, and this process may sign one. */
  toSign: boolean;
  /** Entries have numbers and cannot be searched for yet. */
  toIndex: boolean;
  /** Reason nothing can be signed any more; null: signing goes on. */
  alarm: InconsistentTree | null;
};

/**
 * Numbers the committed entries that wait, continues chain and tree, and tells the documents, in one transaction:
 * after a crash either all of it happened or none. Null when another process is at it.
 */
export async function sequenceBatch(
  deps: Deps,
  store: DocumentStore,
  sequencing: Sequencing,
  refreshActivity: boolean
): Promise<BatchResult | null> {
  const { onChange = nobodyListens } = sequencing;
  let settle: ReturnType<ChangeListener> = () => undefined;
  try {
    const done = await deps.db.transaction(async (tx) => {
      const found = await readState(tx, store);
      if (!found) return null;
      const result = await continueLog(deps, tx, store, sequencing, found, refreshActivity);
      const changes = await store.store(tx);
      if (changes.length > 0) settle = onChange(changes);
      return result;
    });
    settle(true);
    return done;
  } catch (error) {
    store.forgetAll();
    settle(false);
    throw error;
  }
}

type LogState = {
  taken: PendingEntry[];
  head: { seq: number; chain: Uint8Array } | null;
  tree: TreeState;
  index: LogIndexState;
};

/**
 * State of the log, in one snapshot with all that is read after it: a document never mixes two moments. Null when
 * another process is numbering.
 */
async function readState(tx: Queryable, store: DocumentStore): Promise<LogState | null> {
  const [, isOurs, taken, head, tree, index] = await pipelined([
    readOneSnapshot(tx),
    trySequencerLock(tx),
    readPending(tx, BATCH),
    readHead(tx),
    readTree(tx),
    readLogIndex(tx),
    store.look(tx)
  ]);
  return isOurs ? { taken, head, tree, index } : null;
}

async function continueLog(
  deps: Deps,
  tx: Queryable,
  store: DocumentStore,
  sequencing: Sequencing,
  { taken, head, index, ...found }: LogState,
  refreshActivity: boolean
): Promise<BatchResult> {
  const { heartbeatSeconds = HEARTBEAT_SECONDS } = sequencing;
  const before = head?.seq ?? 0;
  const size = before + taken.length;
  const tree = await complete(tx, before, found.tree);
  const { canSign, alarm } = await judgeKeys(tx, sequencing, tree);
  const { age, size: signed } = tree.signed;
  const isSilent = size === signed && age !== null && age >= heartbeatSeconds;
  const result = { numbered: taken.length, toSign: canSign && size > signed, toIndex: false, alarm };
  const isBehind = index.unknown || index.last < before;
  if (!refreshActivity && taken.length === 0 && !isSilent && !isBehind) return result;
  const touched = collectAffected(taken.flatMap((entry) => entry.touches));
  if (refreshActivity) for (const id of await activeWithin(tx, 90)) touched.people.add(id);
  const numbered = number(sequencing.logOrigin, head, taken);
  const leaves = taken.map((entry) => entry.leaf);
  // Before anything is sent: nobody would wait for the statements before it if it threw.
  const { nodes } = appendLeaves(sha256, before, tree.frontier, leaves);
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
  return { ...result, toIndex };
}

/** Every document that a batch changes. One that cannot be made holds up none of the others. */
function projections(
  deps: Deps,
  tx: Queryable,
  store: DocumentStore,
  touched: ReturnType<typeof collectAffected>,
  numbered: readonly NumberedEntry[]
): Promise<unknown>[] {
  const roles = readTouchedRoles(tx, touched);
  return [
    projectRoles(deps, tx, store, touched.roles, roles),
    isolated(deps, store, 'roles', () => projectRoleList(deps, tx, store, 'administrator', touched, roles)),
    isolated(deps, store, 'userRoles', () => projectRoleList(deps, tx, store, 'user', touched, roles)),
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
