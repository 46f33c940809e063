import { expect, test } from 'vitest';
import type { Application } from '../applications.svelte';
import {
  applicationsQueryFormat,
  EVERY_APPLICATION,
  findApplications,
  rolesAmong,
  type ApplicationsQuery
} from './applications-query';

const NOW = new Date('2026-11-29T12:00:00.000Z');
const DAY_MS = 86_400_000;
const at = (days: number) => new Date(NOW.getTime() + days * DAY_MS).toISOString();

/** Used and expiring so many days from now. */
function application(name: string, role: string, used: number, expires: number): Application {
  return {
    ...{ id: name, name, status: 'active', stewardlessUntil: null, allowlist: [] },
    role: { id: role.toLowerCase(), name: role },
    steward: { id: 'maya', name: 'Maya Lindqvist' },
    keys: [
      {
        ...{ id: name, name: 'Key', prefix: 'rck_live_Ab3dEf6hIj9l', last4: `${name.slice(0, 4)}` },
        ...{ createdAt: at(-30), madeBy: 'Maya', expiresAt: at(expires), retiresAt: null, replacedBy: null },
        ...{ lastUsedAt: at(used), lastUsedFrom: null, state: 'active' }
      }
    ]
  } as unknown as Application;
}

const ALL = [
  application('Postfix', 'Senders', -1, 80),
  application('Grafana', 'Analyst', -20, 20),
  application('Backup', 'Analyst', -2, 5)
];
const found = (query: Partial<ApplicationsQuery>) =>
  findApplications(ALL, { ...EVERY_APPLICATION, ...query }, NOW).map(({ name }) => name);

test('applications are found by words, by role, and by what is worth a look, in the order asked for', () => {
  expect(found({})).toEqual(['Backup', 'Grafana', 'Postfix']);
  expect(found({ sort: 'used' })).toEqual(['Postfix', 'Backup', 'Grafana']);
  expect(found({ sort: 'expires' })).toEqual(['Backup', 'Grafana', 'Postfix']);
  expect(found({ roleId: 'analyst' })).toEqual(['Backup', 'Grafana']);
  expect(found({ worthALook: true })).toEqual(['Backup']);
  expect(found({ search: 'maya ANALYST graf' })).toEqual(['Grafana']);
  expect(found({ search: 'maya', roleId: 'senders', worthALook: true })).toEqual([]);
  expect(rolesAmong(ALL).map(({ name }) => name)).toEqual(['Analyst', 'Senders']);
});

test('what the list shows stands in the address, and is read back from there', () => {
  const query: ApplicationsQuery = { search: 'graf', roleId: 'analyst', worthALook: true, sort: 'used' };
  const params = applicationsQueryFormat.format(query);
  expect(params.toString()).toBe('search=graf&role=analyst&look=1&sort=used');
  expect(applicationsQueryFormat.parse(params)).toEqual(query);
  expect(applicationsQueryFormat.format(EVERY_APPLICATION).toString()).toBe('');
  expect(applicationsQueryFormat.parse(new URLSearchParams('look=yes&sort=by'))).toEqual(EVERY_APPLICATION);
});
