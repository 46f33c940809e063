import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestConsole, type TestConsole } from '../support/console';

type Holders = { total: number; owner: boolean; roles: { id: string; members: number }[] };

let app: TestConsole;
beforeAll(async () => {
  app = await startTestConsole();
});
afterAll(() => app.stop());

const holders = (permission: string) => app.owner.call<Holders>('roles.holders', { permission });

test('[ROL-10] says who holds a permission, by role, as it stands at this moment', async () => {
  const { id } = await app.owner.call<{ id: string }>('roles.create', {
    name: 'Exporters',
    permissions: ['audience.contact_lists.export']
  });
  await app.person('Priya Nair', id);
  await app.person('Omar Haddad', id);
  const before = await holders('audience.contact_lists.export');
  expect(before.roles.find((role) => role.id === id)?.members).toBe(2);
  expect(before.roles.map((role) => role.id)).toContain('super_administrator');
  expect(before.total).toBe(before.roles.reduce((sum, role) => sum + role.members, 0));

  await app.owner.call('roles.edit', { id, seen: 1, revoke: ['audience.contact_lists.export'] });
  const after = await holders('audience.contact_lists.export');
  expect(after.roles.map((role) => role.id)).not.toContain(id);
  expect(after.total).toBe(before.total - 2);
});

test('[ROL-10] what only the owner may do is held by one person, whatever the roles say', async () => {
  expect(await holders('people.ownership.transfer')).toMatchObject({ total: 1, owner: true });
});

test('[ROL-10] a permission that is not in the catalogue is held by nobody and is said not to exist', async () => {
  expect(await app.owner.refused('roles.holders', { permission: 'audience.contacts.fly' })).toEqual({
    code: 'not-found',
    what: 'permission'
  });
});
