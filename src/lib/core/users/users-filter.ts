import { foldText } from '../text/fold-text';
import type { UserStatus } from './user-status';

/** Filter for users: the same for the list on screen and its export (TEN-8). Null asks for nothing. */
export type UsersFilter = {
  search: string;
  packageId: string | null;
  /** Null: everybody but the closed. */
  status: UserStatus | null;
};

/**
 * Returns a test of whether somebody fits the filter: every word typed must be in the name or the address, without
 * regard to case and accents.
 * @param searched what of a user is looked through, folded
 * @param statusOf the status in force
 */
export function usersFitting<U extends { packageId: string }>(
  { search, packageId, status }: UsersFilter,
  { searched, statusOf }: { searched: (user: U) => string; statusOf: (user: U) => UserStatus }
): (user: U) => boolean {
  const words = foldText(search).split(/\s+/u).filter(Boolean);
  const fits = (now: UserStatus) => (status === null ? now !== 'closed' : now === status);
  return (user) =>
    fits(statusOf(user)) &&
    (packageId === null || user.packageId === packageId) &&
    (words.length === 0 || words.every((word) => searched(user).includes(word)));
}
