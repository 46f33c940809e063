import { expect, test } from 'vitest';
import { COMMANDS } from '../commands';
import { OPEN_TO_USERS } from './open-to-users';
import { barredInVisit, OPEN_IN_VISITS, rightsInVisit, VISIT_RIGHTS } from './visits';

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
  const user = new Set(['audience.contacts.view', 'people.self.edit_profile']);
  const staff = new Set<string>([...VISIT_RIGHTS, 'people.self.edit_profile', 'people.roles.edit']);
  expect(rightsInVisit(staff, user)).toEqual(new Set(['people.self.edit_profile']));
  for (const right of VISIT_RIGHTS)
    expect(rightsInVisit(new Set([...staff].filter((id) => id !== right)), user)).toBeNull();
});
