import { chainInput, chainStartInput } from '../../../core/audit/hash-input';
import { FEED_LENGTH } from '../../../docs/cells';
import { sha256 } from '../../auth/token';
import type { Queryable } from '../../db/client';
import { activeWithin } from '../../db/administrators-table';
import {
  insertSequence,
  isPending,
  readEntries,
  readHead,
  takePending,
  trySequencerLock
} from '../../db/sequence-table';
import { declareAudited } from '../../db/transaction';
import type { Deps } from '../deps';
import type { DocumentStore } from './document-store';
import { feedEntry } from './feed-entry';
import { collectTouches, projectFeed, projectPeople, projectRoleIndex, projectRoles } from './project';

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
    return await deps.db.transaction(
      async (tx) => {
        if (!(await trySequencerLock(tx))) return null;
        if (!refreshActivity && !(await isPending(tx))) return 0;
        await declareAudited(tx);
        const taken = await takePending(tx, BATCH);
        const touched = collectTouches(taken.flatMap((entry) => entry.touches));
        if (refreshActivity) for (const id of await activeWithin(tx, 90)) touched.people.add(id);
        if (taken.length > 0)
          await number(
            deps,
            tx,
            store,
            logOrigin,
            taken.map((entry) => entry.n)
          );
        await projectRoles(deps, tx, store, touched.roles);
        await projectRoleIndex(deps, tx, store, touched);
        await projectPeople(tx, store, touched.people);
        return taken.length;
      },
      // One snapshot for all that is read: a document never mixes two moments.
      { isolationLevel: 'repeatable read' }
    );
  } catch (error) {
    store.forgetAll();
    throw error;
  }
}

async function number(
  deps: Deps,
  tx: Queryable,
  store: DocumentStore,
  logOrigin: string,
  tickets: number[]
): Promise<void> {
  const [head, entries] = await Promise.all([readHead(tx), readEntries(tx, tickets)]);
  let seq = head?.seq ?? 0;
  let chain: Uint8Array = head?.chain ?? sha256(chainStartInput(logOrigin));
  const rows = entries.map(({ n, leaf }) => {
    seq += 1;
    chain = sha256(chainInput(seq, chain, leaf));
    return { seq, n, chain };
  });
  await insertSequence(tx, rows);
  const shown = entries
    .map((entry, at) => feedEntry(deps.catalogue, rows[at]!.seq, entry.doc, entry.personalData))
    .slice(-FEED_LENGTH);
  await projectFeed(tx, store, shown);
}
