import { expect, test } from 'vitest';
import type { Actor } from '$lib/core/access/access';
import { indexCatalogue } from '$lib/core/access/catalogue';
import permissions from '$lib/core/access/catalogue/permissions.json';
import type { Catalogue } from '$lib/core/access/catalogue';
import type { RoleRow } from '$lib/shared/indexes/roles-list.svelte';
import { barredBy } from './application-rights';
import { roleChoices } from './role-choices';

const catalogue = indexCatalogue(permissions as Catalogue);
const actor = (held: string[], owner = false): Actor => ({
  id: 'me',
  name: 'Lena',
  owner,
  roleId: 'mine',
  permissions: new Set(held)
});
const role = (id: string, change: Partial<RoleRow> = {}): RoleRow => ({
  id,
  name: id,
  description: '',
  members: 0,
  count: 1,
  require2fa: false,
  locked: false,
  seq: 1,
  ...change
});
const LISTED: Record<string, string[]> = {
  readers: ['audience.contacts.view'],
  exporters: ['audience.contacts.view', 'audience.contacts.export']
};
const roles = [
  role('readers'),
  role('exporters', { count: 2 }),
  role('unread'),
  role('super', { locked: true })
];
const choices = (by: Actor) =>
  roleChoices(by, catalogue, roles, ({ id }) => LISTED[id] ?? null).map(({ value, hint, disabled }) => [
    value,
    disabled,
    hint
  ]);

test('[ACC-1] [ACC-7] a role that holds more is not to be chosen, and says what is missing', () => {
  expect(choices(actor(['people.roles.assign', 'audience.contacts.view']))).toEqual([
    ['readers', false, '1 permission'],
    ['exporters', true, 'You lack Contacts › Export'],
    // Not known yet: the server judges.
    ['unread', false, '1 permission'],
    ['super', true, 'For people only']
  ]);
  expect(choices(actor(['audience.contacts.view']))[0]).toEqual(['readers', true, 'You cannot assign roles']);
});

test('[APP-1] the owner may give every role but that of people', () => {
  const owner = actor(['people.roles.assign'], true);
  expect(choices(owner).map(([, disabled]) => disabled)).toEqual([false, false, false, true]);
});

test('[ACC-2] an application that can do more is out of reach, and one whose role cannot be read is the server’s to judge', () => {
  const lena = actor(['audience.contacts.view']);
  expect(barredBy(lena, catalogue, 'app', LISTED['exporters']!)).toEqual({ code: 'access/not-dominated' });
  expect(barredBy(lena, catalogue, 'app', LISTED['readers']!)).toBeNull();
  expect(barredBy(lena, catalogue, 'app', null)).toBeNull();
});
