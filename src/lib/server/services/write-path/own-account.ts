import { accountOfSession, type Caller } from './caller';
import { accountTarget } from './account-record';
import { administratorAccount, userAccount, type AccountRow } from '../../db/tables/accounts-table';
import type { Asked, Decision, Mutation } from './mutate';
import type { AuditAction } from '../../../core/log/actions';

/** What a change of one's own account is about, whichever kind it is: that record, locked. */
export function ownRecord(caller: Caller): Pick<Mutation<Asked, never>, 'people' | 'users' | 'target'> {
  const { kind, id } = caller.session ? accountOfSession(caller.session) : NOBODY;
  const ids = () => (id === '' ? [] : [id]);
  return {
    ...(kind === 'user' ? { users: ids } : { people: ids }),
    target: () => ({ type: kind, id })
  };
}

const NOBODY = { kind: 'administrator', id: '' } as const;

/** Whoever acts, as they were locked; null: they are not there any more. */
export function ownAccount({ actor, kind, people, users, packages }: Decision): AccountRow | null {
  if (kind !== 'user') {
    const person = people.get(actor.id);
    return person ? administratorAccount(person) : null;
  }
  const user = users.get(actor.id);
  const has = user && packages.get(user.packageId);
  return user && has ? userAccount(user, has.roleId) : null;
}

/** The event of a change of one's own record. */
export function ownEdit(row: AccountRow): { action: AuditAction; target: ReturnType<typeof accountTarget> } {
  return {
    action: row.kind === 'user' ? 'user.updated' : 'administrator.edited',
    target: accountTarget(row)
  };
}
