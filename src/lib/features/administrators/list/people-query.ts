import { onceEach } from '$lib/core/once-each';
import {
  peopleFitting,
  searchedOf,
  STATUS_FILTERS,
  TWO_FACTOR_FILTERS,
  type PeopleFilter
} from '$lib/core/administrators/people-filter';
import type { TwoFactorState } from '$lib/documents/cells';
import type { AddressFormat } from '$lib/ui/address-state.svelte';
import { naturalOrder } from '$lib/ui/natural-order';
import { readSort, sortText } from '$lib/ui/sort-param';
import type { ListSort } from '$lib/ui/sorted-table';
import type { PersonEntry } from '$lib/shared/indexes/people-list.svelte';

/** Columns that the list can be sorted by. */
export type PeopleColumn = 'name' | 'role' | 'lastActive' | 'twoFactor' | 'status' | 'expires' | 'createdAt';
export type PeopleSort = ListSort<PeopleColumn>;

/** Filter and order of the list of administrators (ADM-1). */
export type PeopleQuery = PeopleFilter & { sort: PeopleSort };

export const DEFAULT_SORT: PeopleSort = { column: 'lastActive', direction: 'descending' };

const COLUMNS: readonly PeopleColumn[] = [
  'name',
  'role',
  'lastActive',
  'twoFactor',
  'status',
  'expires',
  'createdAt'
];
const TWO_FACTOR: readonly TwoFactorState[] = ['on', 'required', 'off'];

/**
 * The query in the address: `?search=&role=&2fa=&status=&sort=-created`. What cannot be read is left at its default.
 */
export const peopleQueryFormat: AddressFormat<PeopleQuery> = {
  parse(params) {
    const among = <T extends string>(list: readonly T[], text: string | null) =>
      list.find((value) => value === text) ?? null;
    return {
      search: params.get('search') ?? '',
      role: params.get('role'),
      twoFactor: among(TWO_FACTOR_FILTERS, params.get('2fa')),
      status: among(STATUS_FILTERS, params.get('status')),
      sort: readSort(params.get('sort'), COLUMNS) ?? DEFAULT_SORT
    };
  },
  format({ search, role, twoFactor, status, sort }) {
    const params = new URLSearchParams();
    if (search.trim()) params.set('search', search.trim());
    if (role) params.set('role', role);
    if (twoFactor) params.set('2fa', twoFactor);
    if (status) params.set('status', status);
    if (sortText(sort) !== sortText(DEFAULT_SORT)) params.set('sort', sortText(sort));
    return params;
  }
};

/** True if anyone may be missing from the list. */
export function isFiltered({ search, role, twoFactor, status }: PeopleQuery): boolean {
  return search.trim() !== '' || role !== null || twoFactor !== null || status !== null;
}

type Facts = {
  roleName: (roleId: string) => string;
  isOnline: (personId: string) => boolean;
};

/** Text that the search looks through: folded once for each state of a person, not once for each key pressed. */
const searchText = onceEach<PersonEntry, string>(searchedOf);

/** People by name: the order within equals, whichever way a column is sorted. */
export function byName(people: readonly PersonEntry[]): PersonEntry[] {
  return people.toSorted((a, b) => naturalOrder(a.name, b.name));
}

/**
 * Sorts people who are in the order of their names already. Apart from the filter, so that typing sorts nothing.
 */
export function sortPeople(people: readonly PersonEntry[], sort: PeopleSort, facts: Facts): PersonEntry[] {
  const turn = sort.direction === 'ascending' ? 1 : -1;
  const compare = COMPARE[sort.column];
  // Whoever has nothing that expires comes last, whichever way.
  const last = (person: PersonEntry) => Number(sort.column === 'expires' && !person.activation);
  return people.toSorted((a, b) => last(a) - last(b) || turn * compare(a, b, facts));
}

/** Keeps the order. */
export function filterPeople(people: readonly PersonEntry[], query: PeopleQuery): PersonEntry[] {
  return people.filter(peopleFitting(query, searchText));
}

type Compare = (a: PersonEntry, b: PersonEntry, facts: Facts) => number;
const order = (a: string | null, b: string | null) => (a === b ? 0 : (a ?? '') < (b ?? '') ? -1 : 1);

const COMPARE: Record<PeopleColumn, Compare> = {
  name: (a, b) => naturalOrder(a.name, b.name),
  role: (a, b, { roleName }) => naturalOrder(roleName(a.roleId), roleName(b.roleId)),
  lastActive: (a, b, { isOnline }) =>
    Number(isOnline(a.id)) - Number(isOnline(b.id)) || order(a.lastActive, b.lastActive),
  twoFactor: (a, b) => TWO_FACTOR.indexOf(a.twoFactor) - TWO_FACTOR.indexOf(b.twoFactor),
  status: (a, b) => STATUS_FILTERS.indexOf(a.status) - STATUS_FILTERS.indexOf(b.status),
  expires: (a, b) => order(a.activation?.expires ?? null, b.activation?.expires ?? null),
  createdAt: (a, b) => order(a.created, b.created)
};
