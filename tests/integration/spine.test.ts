import { afterAll, beforeAll, expect, test } from 'vitest';
import { readGranted, readRoleHeader } from '../../src/lib/documents/role-doc';
import { feedEntries } from '../../src/lib/documents/list-docs';
import { startTestConsole, type TestConsole } from '../support/console';
import { openReplica, until } from '../support/replica';

let app: TestConsole;
beforeAll(async () => {
  app = await startTestConsole();
});
afterAll(() => app.stop());

test('[LIV-1] a committed tick reaches a reader of the role, with who did it', async () => {
  const { client } = await app.person('Priya Nair', 'admin');
  using replica = openReplica(client, 'role:support');
  await replica.synced();
  const before = readRoleHeader(replica.doc)!;
  expect(readGranted(replica.doc).has('audience.contacts.query_raw')).toBe(false);

  const edit = await app.owner.call<{ seq: number }>('roles.edit', {
    id: 'support',
    seen: before.seq,
    grant: ['audience.contacts.query_raw']
  });
  await until(() => readRoleHeader(replica.doc)?.seq === edit.seq);
  expect(replica.doc.getMap('permissions').get('audience.contacts.query_raw')).toMatchObject({
    on: true,
    by: 'Maya Lindqvist'
  });
});

test('[ROL-5] a revoked permission closes the document and refuses the next request', async () => {
  const role = await app.owner.call<{ id: string }>('roles.create', {
    name: 'Readers',
    permissions: ['people.roles.view', 'people.administrators.view']
  });
  const { client } = await app.person('Omar Haddad', role.id);
  using roles = openReplica(client, 'roles');
  using people = openReplica(client, 'people');
  await Promise.all([roles.synced(), people.synced()]);
  await app.owner.call('roles.edit', { id: role.id, seen: 1, revoke: ['people.roles.view'] });
  await until(() => roles.closes.includes(4403), 'roles closed');
  expect(people.closes).toEqual([]);
  expect(await client.refused('roles.list')).toEqual({
    code: 'access/permission-required',
    permission: 'people.roles.view'
  });
});

test('[LOG-3] sign-ins arrive in an open feed', async () => {
  using feed = openReplica(app.owner, 'feed');
  await feed.synced();
  await app.person('Jonas Weber', 'support');
  await until(() =>
    feedEntries(feed.doc)
      .toArray()
      .some((entry) => entry.action === 'auth.sign_in' && entry.actor.name === 'Jonas Weber')
  );
  const ids = feedEntries(feed.doc).map((entry) => entry.id);
  expect(ids).toEqual([...ids].sort((a, b) => a - b));
  expect(new Set(ids).size).toBe(ids.length);
});
