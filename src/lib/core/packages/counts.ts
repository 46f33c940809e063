import type { CapLimit } from '../quotas/caps';

// What of a kind of record a user may have (TEN-2). The platform that is governed counts them; the limits are kept
// here.

/** Kinds of records whose number a package limits. A list, so that another can be added in one place. */
export const COUNTS = [
  { id: 'sendingDomains', label: 'Sending domains' },
  { id: 'sendingNodes', label: 'Sending nodes' },
  { id: 'contacts', label: 'Contacts' },
  { id: 'keys', label: 'API keys' }
] as const;

export type CountId = (typeof COUNTS)[number]['id'];

/** Limits of a package: how many of each kind each of its users may have. */
export type PackageCounts = Record<CountId, CapLimit>;

/** Limits of one user: `inherit` follows the package. */
export type UserCounts = Record<CountId, 'inherit' | CapLimit>;

/** Counts of a package that limits none. */
export function unlimitedCounts(): PackageCounts {
  return Object.fromEntries(COUNTS.map(({ id }) => [id, 'unlimited'])) as PackageCounts;
}

/** Counts of a user for whom nothing was set. */
export function inheritCounts(): UserCounts {
  return Object.fromEntries(COUNTS.map(({ id }) => [id, 'inherit'])) as UserCounts;
}
