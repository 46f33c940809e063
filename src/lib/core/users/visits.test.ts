import { expect, test } from 'vitest';
import { indexCatalogue, type Catalogue } from '../access/catalogue';
import shipped from '../access/catalogue/permissions.json';
import { COMMANDS } from '../commands';
import { OPEN_TO_USERS } from './open-to-users';
import {
  barredFromVisit,
  barredInVisit,
  isOverOwn,
  OPEN_IN_VISITS,
  rightsInVisit,
  VISIT_RIGHTS
} from './visits';

const catalogue = indexCatalogue(shipped as Catalogue);
const NEVER = { code: 'access/signed-in-as' };

test('[TEN-6] credentials, sessions, addresses and every change are never open in a visit', () => {
  const closed = Object.keys(OPEN_TO_USERS).filter((name) => !OPEN_IN_VISITS.has(name));
  expect(closed.filter((name) => name.startsWith('auth.'))).toEqual(
    Object.keys(OPEN_TO_USERS).filter((name) => name.startsWith('auth.') && name !== 'auth.signOut')
  );
  for (const name of [...closed, ...Object.keys(COMMANDS), 'constructor'])
    expect(barredInVisit(name)).toEqual(NEVER);
  expect(barredInVisit('me.get')).toBeNull();
});

test('[TEN-6] rights are what both have, and none without the right to visit', () => {
  const user = new Set(['audience.contacts.view', 'audience.contacts.export']);
  const staff = new Set<string>([...VISIT_RIGHTS, 'audience.contacts.view', 'people.roles.edit']);
  expect(rightsInVisit(staff, user)).toEqual(new Set(['audience.contacts.view']));
  for (const right of VISIT_RIGHTS)
    expect(rightsInVisit(new Set([...staff].filter((id) => id !== right)), user)).toBeNull();
});

test('[TEN-6] what staff may do with their own things counts for nothing: seeing those of users does', () => {
  const own = { 'tools.activity_log.view_own': 'tools.activity_log.view' };
  const also = {
    'tools.authentication_log.view_own': 'tools.authentication_log.view',
    'quotas.admin_quota.view_own': 'quotas.platform_quota.view',
    'quotas.admin_quota.view_usage_own': 'quotas.ledger.view_usage'
  };
  for (const [mine, all] of Object.entries({ ...own, ...also })) {
    const user = new Set([mine]);
    expect(rightsInVisit(new Set([...VISIT_RIGHTS, mine]), user)).toEqual(new Set());
    expect(rightsInVisit(new Set([...VISIT_RIGHTS, all]), user)).toEqual(user);
    // It is the user's to see in the first place.
    expect(rightsInVisit(new Set([...VISIT_RIGHTS, all, mine]), new Set())).toEqual(new Set());
  }
});

test('[TEN-6] whatever the catalogue offers to users about what is their own is known as such', () => {
  const isOwn = (id: string) => {
    const { label, synonyms = [] } = catalogue.actions.get(id)!;
    return /\bown\b/i.test(label) || synonyms.includes('my');
  };
  const own = [...catalogue.forUsers].filter(isOwn);
  expect(own.length).toBeGreaterThan(5);
  expect(own.filter((id) => !isOverOwn(id))).toEqual([]);
  const self = catalogue.ids.filter((id) => id.startsWith('people.self.'));
  const everything = new Set(catalogue.ids);
  expect([...rightsInVisit(everything, new Set(self))!]).toEqual([]);
  expect(isOverOwn('people.ownership.view')).toBe(false);
});

test('[TEN-6] nobody visits a user who is suspended or gone; one whose account is being closed is visited', () => {
  expect([barredFromVisit('active'), barredFromVisit('closing')]).toEqual([null, null]);
  expect(barredFromVisit('suspended')).toMatchObject({ code: 'input/invalid', field: 'id' });
  expect(barredFromVisit('closed')).toEqual({ code: 'not-found', what: 'user' });
});
