import { chainInput, chainStartInput } from '../../../core/audit/hash-input';
import { FEED_LENGTH, type FeedEntry } from '../../../docs/cells';
import { sha256 } from '../../auth/token';
import { activeWithin } from '../../db/administrators-table';
import { pipelined } from '../../db/pipelined';
import {
  insertSequence,
  readHead,
  readPending,
  takePending,
  trySequencerLock,
  type PendingEntry
} from '../../db/sequence-table';
import { declareAudited, readOneSnapshot } from '../../db/transaction';
import type { Deps } from '../deps';
import type { DocumentStore } from './document-store';
import { feedEntry } from './feed-entry';
import { isolated } from './isolated';
import {
  collectTouches,
  projectFeed,
  projectPeople,
  projectRoleIndex,
  projectRoles,
  projectSettings
} from './project';

export const BATCH = 256;

/**
 * Numbers the committed entries that wait and tells the documents, in one transaction: after a crash either all of it
 * happened or none. Returns how many were numbered, or null when another process is at it.
 */
export async function sequenceBatch(
  deps: Deps,
  store: DocumentStore,
  logOrigin: string,
  refreshActivity: boolean
): Promise<number | null> {
  try {
    return await deps.db.transaction(async (tx) => {
      // One snapshot for all that is read: a document never mixes two moments.
      const [, isOurs, taken, head] = await pipelined([
        readOneSnapshot(tx),
        trySequencerLock(tx),
        readPending(tx, BATCH),
        readHead(tx)
      ]);
      if (!isOurs) return null;
      if (!refreshActivity && taken.length === 0) return 0;
      const touched = collectTouches(taken.flatMap((entry) => entry.touches));
      if (refreshActivity) for (const id of await activeWithin(tx, 90)) touched.people.add(id);
      const numbered = number(logOrigin, head, taken);
      await pipelined([
        declareAudited(tx),
        takePending(
          tx,
          taken.map((entry) => entry.n)
        ),
        insertSequence(tx, numbered),
        projectRoles(deps, tx, store, touched.roles),
        isolated(deps, store, 'roles', () => projectRoleIndex(deps, tx, store, touched)),
        isolated(deps, store, 'people', () => projectPeople(tx, store, touched)),
        isolated(deps, store, 'settings', () => projectSettings(tx, store, touched)),
        isolated(deps, store, 'feed', () => projectFeed(tx, store, feedEntries(deps, numbered)))
      ]);
      return taken.length;
    });
  } catch (error) {
    store.forgetAll();
    throw error;
  }
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
    .slice(-FEED_LENGTH)
    .map((entry) => feedEntry(deps.catalogue, entry.seq, entry.doc, entry.personalData));
}
