import { lastToPrune, pruneEntries } from '../../../db/log/retention-table';
import { auditedTransaction } from '../../../db/driver/transaction';
import { record, SYSTEM, systemRequest } from '../../write-path/audit';
import type { Deps } from '../../write-path/deps';
import { readSection } from '../../stored-settings/read-section';

/** Deleted in one transaction, which nothing else waits for. */
const AT_ONCE = 2000;

/**
 * Deletes entries that are older than the retention (LOG-7), the oldest first, with an entry that says up to which
 * number. Their leaves stay in the tree, so that everything else still verifies.
 * @returns how many were deleted
 */
export async function pruneLog(deps: Deps, atOnce = AT_ONCE): Promise<number> {
  const { days } = await readSection(deps.db, 'retention');
  if (days === null) return 0;
  let gone = 0;
  for (;;) {
    const range = await lastToPrune(deps.db, days, atOnce);
    if (range === null) return gone;
    gone += await auditedTransaction(deps.db, async (tx) => {
      const id = await record(
        tx,
        { actor: SYSTEM, request: systemRequest('housekeeping') },
        {
          action: 'audit.prune',
          target: { type: 'log', id: String(range.to), name: null },
          outcome: 'success',
          change: [
            { path: 'from', old: range.from, new: null },
            { path: 'to', old: range.to, new: null },
            { path: 'days', old: null, new: days }
          ]
        },
        []
      );
      return pruneEntries(tx, id);
    });
  }
}
