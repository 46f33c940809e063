import { describe, expect, test } from 'vitest';
import { soughtWords } from './people-filters';
import type { PersonEntry } from '$lib/shared/indexes/people-list.svelte';
import {
  byName,
  DEFAULT_SORT,
  filterPeople,
  isFiltered,
  peopleQueryFormat,
  sortPeople,
  type PeopleQuery
} from './people-query';

const person = (name: string, more: Partial<PersonEntry> = {}): PersonEntry => ({
  id: name,
  name,
  email: `${name.split(' ')[0]?.toLowerCase() ?? ''}@northwind.example`,
  roleId: 'support',
  owner: false,
  twoFactor: 'off',
  status: 'active',
  lastActive: null,
  created: '2026-01-01T00:00:00.000Z',
  twoFactorFrom: null,
  seq: 1,
  ...more
});
const PEOPLE = [
  person('Élodie Marchand', { roleId: 'analyst', lastActive: '2026-11-20T00:00:00.000Z' }),
  person('Aiko Tanaka', { status: 'suspended' }),
  person('Zoe Gone', { status: 'deactivated' }),
  person('Priya Nair', { twoFactor: 'required', lastActive: '2026-11-21T00:00:00.000Z' })
];
const ALL: PeopleQuery = { search: '', role: null, twoFactor: null, status: null, sort: DEFAULT_SORT };
const names = (changes: Partial<PeopleQuery>, online = '') => {
  const query = { ...ALL, ...changes };
  const facts = { roleName: (id: string) => id, isOnline: (id: string) => id === online };
  return filterPeople(sortPeople(byName(PEOPLE), query.sort, facts), query).map(({ name }) => name);
};

describe('[ADM-1] the list of administrators', () => {
  test('the list of administrators is found by name or address, without regard to accents, word by word', () => {
    expect(names({ search: 'elodie march' })).toEqual(['Élodie Marchand']);
    expect(names({ search: 'PRIYA@' })).toEqual(['Priya Nair']);
    expect(names({ search: 'elodie tanaka' })).toEqual([]);
  });

  test('the filters of the list combine', () => {
    expect(names({ role: 'support', status: 'suspended' })).toEqual(['Aiko Tanaka']);
    expect(names({ twoFactor: 'behind', status: 'suspended' })).toEqual([]);
  });

  test('hides the deactivated unless they are asked for', () => {
    expect(names({ search: 'zoe' })).toEqual([]);
    expect(names({ status: 'deactivated' })).toEqual(['Zoe Gone']);
  });

  test('the list of administrators tells the invited from those with an initial password', () => {
    const waiting = (name: string, invited: boolean) =>
      person(name, { status: 'must-change', activation: { invited, expires: '2026-12-01T00:00:00.000Z' } });
    const people = [waiting('Ivy', true), waiting('Pim', false), person('Old', { status: 'must-change' })];
    const of = (status: PeopleQuery['status']) =>
      filterPeople(people, { ...ALL, status }).map(({ name }) => name);
    expect(of('invited')).toEqual(['Ivy']);
    expect(of('must-change')).toEqual(['Pim', 'Old']);
    expect(of(null)).toEqual(['Ivy', 'Pim', 'Old']);
  });

  test('the list of administrators finds those of whom a second factor is asked in vain', () => {
    expect(names({ twoFactor: 'behind' })).toEqual(['Priya Nair']);
    expect(names({ twoFactor: 'off' })).toEqual(['Élodie Marchand', 'Aiko Tanaka']);
  });

  test('sorts the latest first, and those who are here before all', () => {
    expect(names({})).toEqual(['Priya Nair', 'Élodie Marchand', 'Aiko Tanaka']);
    expect(names({}, 'Aiko Tanaka')).toEqual(['Aiko Tanaka', 'Priya Nair', 'Élodie Marchand']);
    expect(names({ sort: { column: 'name', direction: 'ascending' } })).toEqual([
      'Aiko Tanaka',
      'Élodie Marchand',
      'Priya Nair'
    ]);
  });
});

test('[ADM-5] sorted by what expires, whoever has nothing that does comes last, either way', () => {
  const until = (name: string, expires: string) => person(name, { activation: { invited: true, expires } });
  const people = [
    person('None'),
    until('Late', '2026-12-03T00:00:00.000Z'),
    until('Soon', '2026-12-01T00:00:00.000Z')
  ];
  const facts = { roleName: (id: string) => id, isOnline: () => false };
  const sorted = (direction: 'ascending' | 'descending') =>
    sortPeople(people, { column: 'expires', direction }, facts).map(({ name }) => name);
  expect(sorted('ascending')).toEqual(['Soon', 'Late', 'None']);
  expect(sorted('descending')).toEqual(['Late', 'Soon', 'None']);
});

test('[ADM-1] what is looked for is said in words, for a name of it', () => {
  const query = {
    ...ALL,
    search: ' nair ',
    role: 'support',
    twoFactor: 'behind',
    status: 'suspended'
  } as const;
  expect(soughtWords(query, () => 'Support')).toEqual([
    '“nair”',
    'Support',
    '2FA required, not set up',
    'Suspended'
  ]);
  expect(soughtWords(ALL, () => '')).toEqual([]);
});

describe('[UX-3] its address', () => {
  test('the address of a plain list holds nothing', () =>
    expect(peopleQueryFormat.format(ALL).toString()).toBe(''));

  test('the address of a list brings its view back', () => {
    const view: PeopleQuery = {
      search: 'nair',
      role: 'support',
      twoFactor: 'behind',
      status: 'must-change',
      sort: { column: 'createdAt', direction: 'descending' }
    };
    expect(peopleQueryFormat.parse(peopleQueryFormat.format(view))).toEqual(view);
  });

  test('the address of a list may hold nonsense, which is left out', () => {
    const read = peopleQueryFormat.parse(new URLSearchParams('2fa=maybe&status=x&sort=-nothing'));
    expect(read).toEqual(ALL);
    expect(isFiltered(read)).toBe(false);
  });
});
