import type { AuditView } from '../../../../core/log/actions';
import { markViewed, viewedLately } from '../../../db/log/viewed-table';
import { auditedTransaction } from '../../../db/driver/transaction';
import { record } from '../../write-path/audit';
import type { ActingPerson } from '../../write-path/acting-person';
import type { Caller } from '../../write-path/caller';
import type { Deps } from '../../write-path/deps';
import type { Principal } from '../../write-path/principal';

/** Looking at a view again and again is one look. */
export const VIEW_MINUTES = 15;

/**
 * Records that somebody looks at a view of the log (SECURITY L-03, decision 0029), at most once in a quarter of an hour, before
 * they are shown anything.
 */
export async function noteView(
  deps: Deps,
  caller: Caller,
  actor: ActingPerson,
  { audit }: Principal,
  view: AuditView | undefined
): Promise<void> {
  const seen = view ?? 'all';
  if (await viewedLately(deps.db, actor.id, seen, VIEW_MINUTES)) return;
  const by = { actor: audit, request: caller.request };
  await auditedTransaction(deps.db, async (tx) => {
    // Of two requests that come at once, one is the look.
    if (!(await markViewed(tx, actor.id, seen, VIEW_MINUTES))) return;
    await record(
      tx,
      by,
      { action: 'log.viewed', target: { type: 'log', id: seen, name: null }, outcome: 'success' },
      []
    );
  });
}
