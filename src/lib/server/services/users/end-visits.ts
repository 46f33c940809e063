import type { AuditActor, AuditEvent } from '../../../core/log/entry';
import { rightsInVisit } from '../../../core/users/visits';
import { notifyAuthority } from '../../db/driver/notify';
import { auditedTransaction } from '../../db/driver/transaction';
import { deleteVisits, findVisit, readVisits, type VisitRow } from '../../db/tables/visits-table';
import { readRoles } from '../../db/tables/roles-table';
import { record, SYSTEM, systemRequest } from '../write-path/audit';
import { visitActor } from '../write-path/audit-actor';
import { permissionsOf } from '../write-path/authority';
import type { Caller } from '../write-path/caller';
import type { Deps } from '../write-path/deps';

/** Reason a visit ended: its person left, began another one, its time was over, or it did not stand any more. */
export type VisitEnd = 'left' | 'replaced' | 'expired' | 'own-session-over';

/** The event of the end of a visit. */
export function visitEnded({ sid, userId, userName }: VisitRow, reason: VisitEnd): AuditEvent {
  return {
    action: 'user.sign_in_as_ended',
    target: { type: 'user', id: userId, name: userName },
    outcome: 'success',
    reason,
    change: [{ path: 'session', old: sid, new: null }]
  };
}

/** Ends the visit that somebody calls from. Twice is no fault. */
export async function leaveVisit(deps: Deps, { session, request }: Caller): Promise<void> {
  if (!session?.visit) return;
  const { sid } = session;
  await auditedTransaction(deps.db, async (tx) => {
    const [row] = await deleteVisits(tx, { sid });
    if (!row) return;
    const actor = visitActor(row);
    await record(tx, { actor, request }, visitEnded(row, 'left'), []);
    await notifyAuthority(tx, [`session:${sid}`]);
  });
}

/**
 * Writes the end of visits that are over. Nobody can use them any more, whatever ended them: that is judged
 * whenever one is looked at. This makes their end an event.
 */
export async function endVisitsOver(deps: Deps): Promise<number> {
  let ended = 0;
  for (const { sid } of await readVisits(deps.db)) {
    if (await stands(deps, sid)) continue;
    ended += await auditedTransaction(deps.db, async (tx) => {
      const [row] = await deleteVisits(tx, { sid });
      if (!row) return 0;
      const { administratorId: id, administratorName: name } = row;
      const actor: AuditActor = { ...visitActor(row), ...SYSTEM, id, name };
      const why = row.endsAt.getTime() <= Date.now() ? 'expired' : 'own-session-over';
      await record(tx, { actor, request: systemRequest('housekeeping') }, visitEnded(row, why), []);
      await notifyAuthority(tx, [`session:${sid}`]);
      return 1;
    });
  }
  return ended;
}

/** True if somebody can still act in a visit. */
async function stands(deps: Deps, sid: string): Promise<boolean> {
  const live = await findVisit(deps.db, sid);
  if (!live) return false;
  const { by } = live.visit;
  const [role] = await readRoles(deps.db, [by.roleId]);
  return (
    role !== undefined && rightsInVisit(await permissionsOf(deps, deps.db, by.owner, role), NONE) !== null
  );
}

const NONE: ReadonlySet<string> = new Set();
