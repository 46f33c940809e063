import { chainInput, chainStartInput } from '../../../../core/log/hash-input';
import { isQuiet } from '../../../../core/log/actions';
import { appendLeaves } from '../../../../core/log/tree';
import { FEED_LENGTH, type FeedEntry } from '../../../../documents/cells';
import { sha256 } from '../../../auth/token';
import { activeWithin } from '../../../db/tables/last-active-table';
import type { Queryable } from '../../../db/driver/client';
import {
  insertFacts,
  readLogIndex,
  type LogFacts,
  type LogIndexState
} from '../../../db/log/log-index-table';
import { pipelined } from '../../../db/driver/pipelined';
import {
  insertSequence,
  readHead,
  readPending,
  takePending,
  trySequencerLock,
  type PendingEntry
} from '../../../db/log/sequence-table';
import {
  committed,
  declareAudited,
  readOneSnapshot,
  type AuditedTransaction
} from '../../../db/driver/transaction';
import { insertNodes, readTree, type TreeState } from '../../../db/log/tree-table';
import { record, SYSTEM, systemRequest } from '../../write-path/audit';
import type { Deps } from '../../write-path/deps';
import { nobodyListens, type ChangeListener } from './change-listener';
import type { DocumentStore } from './document-store';
import { feedEntry } from '../wording/feed-entry';
import { factsOf, isIndexBehind } from './index-log';
import { isolated } from './isolated';
import { projectApplications } from './project-applications';
import { projectRoleList } from './project-role-list';
import {
  cellsOnce,
  collectAffected,
  projectFeed,
  projectPeople,
  projectRoles,
  projectSettings,
  readTouchedRoles,
  type Touched
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
  /** Index of the log is behind: it takes a run of its own. */
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
      const { result, facts } = await continueLog(deps, tx, store, sequencing, found, refreshActivity);
      if (facts === null) return result;
      if (store.changes.length > 0) settle = onChange(store.changes);
      const audited = Object.assign(tx, { audited: true as const });
      await committed(audited, [...store.store(tx), insertFacts(audited, facts)]);
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

/** Does all but what is stored with the commit: facts of what was numbered; null: there was nothing to do. */
async function continueLog(
  deps: Deps,
  tx: Queryable,
  store: DocumentStore,
  sequencing: Sequencing,
  { taken, head, index, ...found }: LogState,
  refreshActivity: boolean
): Promise<{ result: BatchResult; facts: LogFacts[] | null }> {
  const { heartbeatSeconds = HEARTBEAT_SECONDS } = sequencing;
  const before = head?.seq ?? 0;
  const size = before + taken.length;
  const tree = await complete(tx, before, found.tree);
  const { canSign, alarm } = await judgeKeys(tx, sequencing, tree);
  const { age, size: signed } = tree.signed;
  const isSilent = size === signed && age !== null && age >= heartbeatSeconds;
  // Facts follow each other: while some are missing, those of new entries wait for them.
  const follows = index.last === before;
  const toIndex = isIndexBehind({ ...index, last: follows ? size : index.last }, size);
  const result = { numbered: taken.length, toSign: canSign && size > signed, toIndex, alarm };
  if (!refreshActivity && taken.length === 0 && !isSilent) return { result, facts: null };
  const touched = collectAffected(taken.flatMap((entry) => entry.touches));
  if (refreshActivity) for (const id of await activeWithin(tx, 90)) touched.people.add(id);
  const numbered = number(sequencing.logOrigin, head, taken);
  const leaves = taken.map((entry) => entry.leaf);
  // Before anything is sent: nobody would wait for the statements before it if it threw.
  const { nodes } = appendLeaves(sha256, before, tree.frontier, leaves);
  // While Postgres is at what follows its first statement, the texts are made.
  const begun = declareAudited(tx);
  const facts = begun.then(() => (follows ? factsOf(deps, tx, numbered) : []));
  await pipelined([
    facts,
    takePending(
      tx,
      taken.map((entry) => entry.n)
    ),
    insertSequence(tx, numbered),
    insertNodes(tx, nodes),
    ...projections(deps, tx, store, touched),
    begun.then(() => feed(deps, tx, store, touched, numbered))
  ]);
  if (isSilent) await recordHeartbeat(Object.assign(tx, { audited: true as const }));
  return { result, facts: await facts };
}

/** Every document that a batch changes, but the feed. One that cannot be made holds up none of the others. */
function projections(deps: Deps, tx: Queryable, store: DocumentStore, touched: Touched): Promise<unknown>[] {
  const rows = readTouchedRoles(tx, touched);
  const batch = { deps, tx, store, touched, rows, cellsSince: cellsOnce(tx) };
  return [
    projectRoles(batch),
    isolated(deps, store, 'roles', () => projectRoleList(batch, 'administrator')),
    isolated(deps, store, 'userRoles', () => projectRoleList(batch, 'user')),
    isolated(deps, store, 'people', () => projectPeople(tx, store, touched)),
    isolated(deps, store, 'applications', () => projectApplications(tx, store, touched)),
    isolated(deps, store, 'users', () => projectUsers(tx, store, touched)),
    isolated(deps, store, 'packages', () => projectPackages(tx, store, touched)),
    isolated(deps, store, 'settings', () => projectSettings(tx, store, touched))
  ];
}

function feed(
  deps: Deps,
  tx: Queryable,
  store: DocumentStore,
  touched: Touched,
  numbered: readonly NumberedEntry[]
): Promise<void> {
  return isolated(deps, store, 'feed', () =>
    projectFeed(deps, tx, store, feedEntries(deps, numbered), touched.feed)
  );
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
