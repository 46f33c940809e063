import type { AccountKind } from '../sign-in/account';
import { statusAt, type UserStatus } from './user-status';

/**
 * Gate of an account: its person may do all that is theirs, only read and export it while it is being closed, or
 * nothing at all. Times are those of the row.
 */
export type AccountGate = 'open' | 'closing' | 'barred';

/** Account as stored, as far as it decides that. `suspendedUntil` and `closesAt` are null of an administrator. */
export type GatedAccount = {
  kind: AccountKind;
  status: UserStatus;
  suspendedUntil: Date | null;
  closesAt: Date | null;
  deletedAt: Date | null;
};

/** The one gate of accounts, asked by everything by which somebody comes in by themselves (TEN-7). */
export function accountGate(account: GatedAccount, now: number): AccountGate {
  if (account.deletedAt !== null) return 'barred';
  const status = statusAt(
    {
      status: account.status,
      suspendedUntil: account.suspendedUntil?.getTime() ?? null,
      closesAt: account.closesAt?.getTime() ?? null
    },
    now
  );
  if (status === 'active') return 'open';
  return status === 'closing' && account.kind === 'user' ? 'closing' : 'barred';
}
