import { accountOfSession, type Caller } from './caller';
import { accountTarget } from './account-record';
import { administratorAccount, userAccount, type AccountRow } from '../../db/tables/accounts-table';
import type { AccountKind, AccountRef } from '../../../core/sign-in/account';
import type { OperationInput, Decision, Prepared } from './mutation';
import type { AuditAction } from '../../../core/log/actions';

/** Record that a change of one's own account is about, whichever kind it is: locked. */
export const OWN_RECORD = {
  people: (_input: OperationInput, { caller }: ByCaller) => ownIds(caller, 'administrator'),
  users: (_input: OperationInput, { caller }: ByCaller) => ownIds(caller, 'user'),
  target: (_input: OperationInput, { caller }: ByCaller) => {
    const { kind, id } = ownRef(caller);
    return { type: kind, id };
  }
};

type ByCaller = Pick<Prepared<unknown>, 'caller'>;

const ownIds = (caller: Caller, kind: AccountKind): string[] => {
  const own = ownRef(caller);
  return own.kind === kind && own.id !== '' ? [own.id] : [];
};

const ownRef = ({ session }: Caller): AccountRef => (session ? accountOfSession(session) : NOBODY);

const NOBODY: AccountRef = { kind: 'administrator', id: '' };

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
