import { endSession } from '../../auth/sessions';
import { findAccount } from '../../db/tables/accounts-table';
import { notifyAuthority } from '../../db/driver/notify';
import { auditedTransaction } from '../../db/driver/transaction';
import { leaveVisit } from '../users/end-visits';
import { accountRecord } from '../write-path/account-record';
import { record } from '../write-path/audit';
import { auditActor } from '../write-path/audit-actor';
import { accountOfSession, type Caller } from '../write-path/caller';
import type { Deps } from '../write-path/deps';

/**
 * Signs out: the session ends at once, for its sockets too; of somebody who is signed in as a user that one alone.
 * Signing out twice is no fault.
 */
export async function signOut(deps: Deps, caller: Caller): Promise<void> {
  const { session, request } = caller;
  if (!session) return;
  if (session.visit) return leaveVisit(deps, caller);
  await auditedTransaction(deps.db, async (tx) => {
    const person = await findAccount(tx, accountOfSession(session));
    if (!person || !(await endSession(tx, session.sid))) return;
    const target = { type: 'session', id: session.sid, name: null };
    const by = { actor: auditActor(person, session.sid, 1), request };
    await record(tx, by, { action: 'auth.sign_out', target, outcome: 'success' }, [accountRecord(person)]);
    await notifyAuthority(tx, [`session:${session.sid}`]);
  });
}
