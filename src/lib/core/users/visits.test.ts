import { expect, test } from 'vitest';
import { OPEN_TO_USERS } from './open-to-users';
import { barredInVisit, OPEN_IN_VISITS, rightsInVisit, VISIT_RIGHTS } from './visits';

test('[TEN-6] credentials, sessions, addresses and what was read are never open in a visit', () => {
  const closed = Object.keys(OPEN_TO_USERS).filter((name) => !Object.hasOwn(OPEN_IN_VISITS, name));
  expect(closed.filter((name) => name.startsWith('auth.'))).toEqual(
    Object.keys(OPEN_TO_USERS).filter((name) => name.startsWith('auth.') && name !== 'auth.signOut')
  );
  for (const name of [...closed, 'users.signInAs', 'constructor'])
    expect(barredInVisit(name, { mayChange: true })).toEqual({
      code: 'access/signed-in-as',
      reason: 'never'
    });
});

test('[TEN-6] what changes something is open to those alone who chose it', () => {
  expect(barredInVisit('me.update', { mayChange: false })).toEqual({
    ...{ code: 'access/signed-in-as', reason: 'only-looking' }
  });
  expect(barredInVisit('me.update', { mayChange: true })).toBeNull();
  expect(barredInVisit('me.get', { mayChange: false })).toBeNull();
});

test('[TEN-6] rights are what both have, and none without the right to visit', () => {
  const user = new Set(['audience.contacts.view', 'people.self.edit_profile']);
  const staff = new Set<string>([...VISIT_RIGHTS, 'people.self.edit_profile', 'people.roles.edit']);
  expect(rightsInVisit(staff, user)).toEqual({
    ...{ permissions: new Set(['people.self.edit_profile']), mayChange: false }
  });
  expect(rightsInVisit(new Set([...staff, 'tenants.users.edit']), user)?.mayChange).toBe(true);
  for (const right of VISIT_RIGHTS)
    expect(rightsInVisit(new Set([...staff].filter((id) => id !== right)), user)).toBeNull();
});
