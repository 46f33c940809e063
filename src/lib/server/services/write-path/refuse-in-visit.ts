import type { Refusal } from '../../../core/access/refusal';
import { auditedTransaction } from '../../db/driver/transaction';
import { record } from './audit';
import { auditActor } from './audit-actor';
import type { Caller } from './caller';
import { deniedEvent } from './denied-event';
import type { Deps } from './deps';
import { findAccount } from '../../db/tables/accounts-table';
import { notInVisit } from './user-fence';

/**
 * Refuses what is never open to somebody who is signed in as a user, or not while they only look (TEN-6), before it
 * is looked at, and notes the attempt. Null: it is open, or they act for themselves.
 */
export async function refuseInVisit(
  deps: Deps,
  { session, request }: Caller,
  procedure: string
): Promise<Refusal | null> {
  const refused = notInVisit(session?.visit, procedure);
  if (!refused || !session?.visit) return null;
  const { by, aal } = session.visit;
  const user = await findAccount(deps.db, { kind: 'user', id: session.personId });
  const onBehalfOf = { type: 'user' as const, id: session.personId, name: user?.name ?? session.personId };
  const actor = { ...auditActor({ ...by, kind: 'administrator' }, session.sid, aal), onBehalfOf };
  const target = { type: 'procedure', id: procedure };
  await auditedTransaction(deps.db, (tx) =>
    record(tx, { actor, request }, deniedEvent(procedure, target, refused), [])
  );
  return refused;
}
