import type { AuditView } from '../../../../core/log/actions';
import { markViewed, viewedLately } from '../../../db/log/viewed-table';
import { auditedTransaction } from '../../../db/driver/transaction';
import { record } from '../../write-path/audit';
import type { ActingPerson } from '../../write-path/acting-person';
import { callerId, type Caller } from '../../write-path/caller';
import type { Deps } from '../../write-path/deps';
import type { Principal } from '../../write-path/principal';

/** Looking at a view again and again is one look. */
const VIEW_MINUTES = 15;

/**
 * Records that somebody looks at a view of the log (SECURITY L-03, decision 0029), at most once in a quarter of an
 * hour, before they are shown anything. A person and each of their keys look apart: what a script reads is no look of
 * its person.
 */
export async function noteView(
  deps: Deps,
  caller: Caller,
  actor: ActingPerson,
  { audit }: Principal,
  view: AuditView | undefined
): Promise<void> {
  const seen = view ?? 'all';
  const viewer = callerId(caller) ?? actor.id;
  if (await viewedLately(deps.db, viewer, seen, VIEW_MINUTES)) return;
  const by = { actor: audit, request: caller.request };
  await auditedTransaction(deps.db, async (tx) => {
    // Of two requests that come at once, one is the look.
    if (!(await markViewed(tx, viewer, seen, VIEW_MINUTES))) return;
    await record(
      tx,
      by,
      { action: 'log.viewed', target: { type: 'log', id: seen, name: null }, outcome: 'success' },
      []
    );
  });
}
