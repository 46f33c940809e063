import { onceEach } from '$lib/core/once-each';
import { isNearLimit, stopOf } from '$lib/core/quotas/stops';
import type { UserStatus } from '$lib/core/users/user-status';
import { searchedOf } from '$lib/core/administrators/people-filter';
import { usersFitting, type UsersFilter } from '$lib/core/users/users-filter';
import type { SenderRow } from '$lib/shared/indexes/gauges.svelte';
import type { UserEntry } from '$lib/shared/indexes/tenants.svelte';
import { statusNow } from '$lib/shared/tenants/user-status-view';
import type { AddressFormat } from '$lib/ui/address-state.svelte';
import { naturalOrder } from '$lib/ui/natural-order';
import { readSort, sortText } from '$lib/ui/sort-param';
import type { ListSort } from '$lib/ui/sorted-table';

export type UsersColumn = 'name' | 'status' | 'package' | 'today' | 'month' | 'createdAt';
export type UsersSort = ListSort<UsersColumn>;

/** Filter and order of the list of users (TEN-8). */
export type UsersQuery = UsersFilter & {
  /** Those alone who are near one of their caps. */
  near: boolean;
  sort: UsersSort;
};

export const DEFAULT_SORT: UsersSort = { column: 'name', direction: 'ascending' };

const COLUMNS: readonly UsersColumn[] = ['name', 'status', 'package', 'today', 'month', 'createdAt'];
const STATUS: readonly UserStatus[] = ['active', 'suspended', 'closing', 'closed'];

/**
 * The query in the address: `?search=&package=&status=&show=near&sort=-created`. What cannot be read is left at its
 * default.
 */
export const usersQueryFormat: AddressFormat<UsersQuery> = {
  parse: (params) => ({
    search: params.get('search') ?? '',
    packageId: params.get('package'),
    status: STATUS.find((each) => each === params.get('status')) ?? null,
    near: params.get('show') === 'near',
    sort: readSort(params.get('sort'), COLUMNS) ?? DEFAULT_SORT
  }),
  format({ search, packageId, status, near, sort }) {
    const params = new URLSearchParams();
    if (search.trim()) params.set('search', search.trim());
    if (packageId) params.set('package', packageId);
    if (status) params.set('status', status);
    if (near) params.set('show', 'near');
    if (sortText(sort) !== sortText(DEFAULT_SORT)) params.set('sort', sortText(sort));
    return params;
  }
};

/** True if anyone may be missing from the list. */
export function isFiltered({ search, packageId, status, near }: UsersQuery): boolean {
  return search.trim() !== '' || packageId !== null || status !== null || near;
}

/**
 * Facts that the order needs. `used`: the part of a cap that is used, from 0 to 100; null when there is no limit,
 * or it is not known.
 */
type Facts = { now: Date; used: (id: string, cap: 'daily' | 'monthly') => number | null };

/** Text that the search looks through: folded once for each state of a user, not once for each key pressed. */
const searchText = onceEach((user: UserEntry) => searchedOf(user));

/** Users by name: the order within equals, whichever way a column is sorted. */
export function byName(users: readonly UserEntry[]): UserEntry[] {
  return users.toSorted((a, b) => naturalOrder(a.name, b.name));
}

/** Sorts users who are in the order of their names already. */
export function sortUsers(users: readonly UserEntry[], sort: UsersSort, facts: Facts): UserEntry[] {
  const turn = sort.direction === 'ascending' ? 1 : -1;
  const compare = COMPARE[sort.column];
  return users.toSorted((a, b) => turn * compare(a, b, facts));
}

/** True if a user is near one of its caps: worked out once for each state of its gauges. */
export const isNear = onceEach((row: SenderRow) => isNearLimit(row, stopOf(row, row.sender.status)));

/** Facts that the filter needs. `near`: whether a user is near a cap. */
type Known = { now: Date; near: (id: string) => boolean };

/** Keeps the order; every word typed must be in the name or the address, without regard to case and accents. */
export function filterUsers(
  users: readonly UserEntry[],
  query: UsersQuery,
  { now, near }: Known
): UserEntry[] {
  const fits = usersFitting<UserEntry>(query, {
    searched: searchText,
    statusOf: (user) => statusNow(user, now)
  });
  return users.filter((user) => (!query.near || near(user.id)) && fits(user));
}

type Compare = (a: UserEntry, b: UserEntry, facts: Facts) => number;

const byUse =
  (cap: 'daily' | 'monthly'): Compare =>
  (a, b, { used }) =>
    (used(a.id, cap) ?? -1) - (used(b.id, cap) ?? -1);

const COMPARE: Record<UsersColumn, Compare> = {
  name: (a, b) => naturalOrder(a.name, b.name),
  status: (a, b, { now }) => STATUS.indexOf(statusNow(a, now)) - STATUS.indexOf(statusNow(b, now)),
  package: (a, b) => naturalOrder(a.packageName, b.packageName),
  today: byUse('daily'),
  month: byUse('monthly'),
  createdAt: (a, b) => (a.createdAt === b.createdAt ? 0 : a.createdAt < b.createdAt ? -1 : 1)
};
