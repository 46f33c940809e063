import { endSession } from '../../auth/sessions';
import { findAdministrator } from '../../db/administrators-table';
import { notifyAuthority } from '../../db/notify';
import { auditedTransaction } from '../../db/transaction';
import { record } from '../audit';
import { auditActor } from '../audit-actor';
import type { Caller } from '../caller';
import type { Deps } from '../deps';

/** Signs out: the session ends at once, for its sockets too. Signing out twice is no fault. */
export async function signOut(deps: Deps, caller: Caller): Promise<void> {
  const { session, request } = caller;
  if (!session) return;
  await auditedTransaction(deps.db, async (tx) => {
    const person = await findAdministrator(tx, session.personId);
    if (!person || !(await endSession(tx, session.sid))) return;
    const target = { type: 'session', id: session.sid, name: null };
    const by = { actor: auditActor(person, session.sid, 1), request };
    await record(tx, by, { action: 'auth.sign_out', target, outcome: 'success' }, [`person:${person.id}`]);
    await notifyAuthority(tx, [`session:${session.sid}`]);
  });
}
