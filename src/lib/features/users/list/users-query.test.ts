import { describe, expect, test } from 'vitest';
import type { UserEntry } from '$lib/shared/indexes/tenants.svelte';
import type { CapUsage } from '$lib/core/quotas/cap-usage';
import type { SenderRow } from '$lib/shared/indexes/gauges.svelte';
import {
  byName,
  DEFAULT_SORT,
  filterUsers,
  isFiltered,
  isNear,
  sortUsers,
  usersQueryFormat
} from './users-query';

const now = new Date('2026-03-10T12:00:00Z');
const user = (name: string, more: Partial<UserEntry> = {}): UserEntry => {
  return {
    id: name,
    name,
    email: `${name.toLowerCase()}@client.example`,
    status: 'active',
    suspendedUntil: null,
    closesAt: null,
    packageId: 'p1',
    packageName: 'Growth',
    own: 0,
    createdAt: '2026-01-01T00:00:00Z',
    seq: 1,
    ...more
  };
};
const usage = (limit: number, used = 0): CapUsage => ({
  ...{ limit, used, held: 0, source: 'package' as const, resetsAt: null, forecastAt: null }
});
const USERS = [
  user('Kestrel', { packageId: 'p2', packageName: 'Scale' }),
  user('Émile', { status: 'suspended', createdAt: '2026-02-01T00:00:00Z' }),
  user('Back', { status: 'suspended', suspendedUntil: '2026-03-10T11:00:00Z' }),
  user('Mill', { status: 'closing', closesAt: '2026-03-20T00:00:00Z' }),
  user('Gone', { status: 'closing', closesAt: '2026-03-09T00:00:00Z' })
];
const plain = { search: '', packageId: null, status: null, near: false, sort: DEFAULT_SORT };
const names = (users: readonly UserEntry[]) => users.map(({ name }) => name);
const known = { now, near: (id: string) => id === 'Émile' };
const facts = { now, used: (id: string) => (id === 'Kestrel' ? 40 : null) };

describe('[TEN-8] the list of users', () => {
  test('hides the closed unless they are asked for, by the status in force', () => {
    expect(names(filterUsers(USERS, plain, known))).toEqual(['Kestrel', 'Émile', 'Back', 'Mill']);
    expect(names(filterUsers(USERS, { ...plain, status: 'closed' }, known))).toEqual(['Gone']);
    expect(names(filterUsers(USERS, { ...plain, status: 'active' }, known))).toEqual(['Kestrel', 'Back']);
  });

  test('the list of users is searched by every word, without regard to case and accents', () => {
    expect(names(filterUsers(USERS, { ...plain, search: 'emile CLIENT' }, known))).toEqual(['Émile']);
    expect(names(filterUsers(USERS, { ...plain, search: 'emile nobody' }, known))).toEqual([]);
  });

  test('the list of users is filtered by package', () => {
    expect(names(filterUsers(USERS, { ...plain, packageId: 'p2' }, known))).toEqual(['Kestrel']);
  });

  test('the list of users is filtered by who is near a limit, as the page of sending says it', () => {
    expect(names(filterUsers(USERS, { ...plain, near: true }, known))).toEqual(['Émile']);
    const caps = { hourly: usage(100), daily: usage(100), monthly: usage(1000), threads: usage(4) };
    const row = (more: Partial<typeof caps> & { status?: 'suspended' }) =>
      isNear({ ...caps, ...more, sender: { status: more.status ?? 'active' } } as SenderRow);
    expect(row({})).toBe(false);
    expect(row({ daily: usage(100, 79) })).toBe(false);
    expect(row({ daily: usage(100, 80) })).toBe(true);
    expect(row({ monthly: usage(1000, 1000) })).toBe(true);
    expect(row({ daily: { ...usage(100, 10), forecastAt: '2026-03-10T16:40:00Z' } })).toBe(true);
    // What nothing was ever allowed to be sent of is not near.
    expect(row({ daily: usage(0) })).toBe(false);
    expect(row({ daily: usage(100, 90), status: 'suspended' })).toBe(false);
  });

  test('sorts by each column, equals by name', () => {
    const sorted = (column: (typeof DEFAULT_SORT)['column'], direction = 'ascending' as const) =>
      names(sortUsers(byName(USERS), { column, direction }, facts));
    expect(sorted('name')[0]).toBe('Back');
    expect(sorted('status')).toEqual(['Back', 'Kestrel', 'Émile', 'Mill', 'Gone']);
    expect(sorted('package').at(-1)).toBe('Kestrel');
    expect(sorted('today').at(-1)).toBe('Kestrel');
    expect(sorted('createdAt').at(-1)).toBe('Émile');
  });

  test('stands in the address and is read back', () => {
    const query = {
      search: 'kestrel',
      packageId: 'p2',
      status: 'suspended',
      near: true,
      sort: { column: 'createdAt', direction: 'descending' }
    } as const;
    expect(usersQueryFormat.parse(usersQueryFormat.format(query))).toEqual(query);
    expect(usersQueryFormat.format(plain).toString()).toBe('');
    expect(usersQueryFormat.parse(new URLSearchParams('status=nonsense&sort=-what'))).toEqual(plain);
    expect(isFiltered(plain)).toBe(false);
    expect(isFiltered(query)).toBe(true);
  });
});
