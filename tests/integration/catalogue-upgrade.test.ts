import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import shipped from '../../src/lib/core/access/catalogue/permissions.json';
import { readGranted, readRoleHeader } from '../../src/lib/documents/role-doc';
import { ApiClient } from '../support/api-client';
import { startTestConsole, type TestConsole, type TestPerson } from '../support/console';
import { firstCatalogue } from '../support/first-catalogue';
import { openReplica } from '../support/replica';
import { openState, type StateProbe } from '../support/state';

// An installation that version 1 of the catalogue founded, with people and a role of its own, then started with
// version 2.

const REVEAL = 'people.api_keys.reveal';
const NEW = shipped.areas.flatMap(({ groups }) =>
  groups.flatMap(({ actions }) => actions.flatMap((action) => ('since' in action ? [action.id] : [])))
);
const first = firstCatalogue();
const folder = mkdtempSync(join(tmpdir(), 'rolecall-upgrade-'));

let before: TestConsole;
let after: TestConsole;
let state: StateProbe;
let owner: ApiClient;
let admin: TestPerson;
/** Somebody's own role, whose name a role of version 2 has. */
let own: string;
let earlier: Map<string, string[]>;

beforeAll(async () => {
  const file = join(folder, 'catalogue.json');
  writeFileSync(file, JSON.stringify(first));
  before = await startTestConsole({ env: { CATALOGUE_FILE: file } });
  admin = await before.person('Ada', 'admin');
  const made = { name: 'SENDING  layer', permissions: ['audience.contacts.view'] };
  own = (await before.owner.call<{ id: string }>('roles.create', made)).id;
  earlier = new Map([...(await grantsOf(before.owner))]);
  await before.pause();
  after = await startTestConsole({ databaseUrl: before.databaseUrl });
  state = openState(before.databaseUrl);
  owner = clientOf(before.owner);
});
afterAll(async () => {
  await state.close();
  await after.stop();
  await before.stop();
  rmSync(folder, { recursive: true });
});

/** The same session, at the console after the upgrade. */
function clientOf(client: ApiClient): ApiClient {
  const same = new ApiClient(after.origin);
  same.cookie = client.cookie;
  return same;
}

/** Permissions that each role lists, as its document says. */
async function grantsOf(client: ApiClient): Promise<Map<string, string[]>> {
  const items = await client.call<{ id: string }[]>('roles.list');
  const grants = new Map<string, string[]>();
  for (const { id } of items) {
    using replica = openReplica(client, `role:${id}`);
    await replica.synced();
    grants.set(id, [...readGranted(replica.doc)].sort());
  }
  return grants;
}

async function headerOf(id: string) {
  await state.settled();
  using replica = openReplica(owner, `role:${id}`);
  await replica.synced();
  return readRoleHeader(replica.doc)!;
}

/** The changes that the log tells of each start with another catalogue. */
async function changed() {
  await state.settled();
  const { entries } = await owner.call<{ entries: { id: string }[] }>('log.list', {
    action: 'catalogue.changed'
  });
  return Promise.all(
    entries.map(({ id }) => owner.call<{ change: { path: string; new: unknown }[] }>('log.entry', { id }))
  );
}

test('[ROL-11] the fixture is version 1: 372 actions, ten roles', () => {
  const actions = first.areas.flatMap(({ groups }) => groups.flatMap((group) => group.actions));
  expect([actions.length, first.roles.length, NEW.length]).toEqual([372, 10, 9]);
});

test('[ROL-11] no role is widened but Super Administrator', async () => {
  await state.settled();
  const now = await grantsOf(owner);
  for (const [id, ids] of earlier)
    if (id !== 'super_administrator') expect([id, now.get(id)]).toEqual([id, ids]);
  const mine = await owner.call<{ permissions: string[] }>('me.get');
  expect(mine.permissions).toEqual(expect.arrayContaining(NEW));
  const hers = await clientOf(admin.client).call<{ permissions: string[] }>('me.get');
  expect(hers.permissions.filter((id) => NEW.includes(id) || id === REVEAL)).toEqual([]);
});

test('[ROL-11] ready-made roles of the new version are added, never over a role of the same name', async () => {
  const items = await owner.call<{ id: string; name: string }[]>('roles.list');
  expect(items.map(({ id }) => id)).toContain('policy_enforcement_point');
  expect(items.map(({ id }) => id)).not.toContain('sending_layer');
  expect(items.find(({ id }) => id === own)?.name).toBe('SENDING layer');
  const point = shipped.roles.find(({ id }) => id === 'policy_enforcement_point')!;
  expect((await grantsOf(owner)).get(point.id)).toEqual([...point.permissions].sort());
  const entries = await changed();
  expect(entries).toHaveLength(1);
  expect(entries[0]!.change.map(({ path, new: value }) => [path, value])).toEqual([
    ['version', 2],
    ['roles', ['Policy enforcement point']],
    ['namesTaken', ['Sending layer']]
  ]);
});

test('[ROL-11] what the catalogue lost is denied, cannot be given, and can be taken away', async () => {
  const { seq } = await headerOf('admin');
  const edit = (change: object) =>
    owner.call<{ applied: object; refused: { code: string }[] }>('roles.edit', {
      id: 'admin',
      seen: seq,
      ...change
    });
  expect(await edit({ revoke: [REVEAL] })).toMatchObject({ applied: { revoked: [REVEAL] }, refused: [] });
  expect(await edit({ grant: [REVEAL] })).toMatchObject({
    applied: { granted: [] },
    refused: [{ code: 'input/unknown-permission', permission: REVEAL }]
  });
});

test('[ROL-11] a role remembers the version it was reviewed for; a review goes forward only', async () => {
  expect((await headerOf('support')).reviewedCatalogue).toBe(1);
  expect((await headerOf(own)).reviewedCatalogue).toBe(1);
  expect((await headerOf('policy_enforcement_point')).reviewedCatalogue).toBe(2);
  const { seq } = await headerOf('support');
  const review = (reviewedCatalogue: number) =>
    owner.call<{ applied: { fields: string[] } }>('roles.edit', {
      id: 'support',
      seen: seq,
      reviewedCatalogue
    });
  // No further than the catalogue that is there.
  expect((await review(99)).applied.fields).toEqual(['reviewedCatalogue']);
  expect((await review(1)).applied.fields).toEqual([]);
  expect((await headerOf('support')).reviewedCatalogue).toBe(2);
  const { items } = await owner.call<{ items: object[] }>('roles.history', { id: 'support' });
  expect(items[0]).toMatchObject({ reviewed: true, granted: [], revoked: [] });
});

test('[ROL-11] the next start changes nothing', async () => {
  const then = await grantsOf(owner);
  await using again = await startTestConsole({ databaseUrl: before.databaseUrl });
  const client = new ApiClient(again.origin);
  client.cookie = owner.cookie;
  expect(await grantsOf(client)).toEqual(then);
  expect(await changed()).toHaveLength(1);
});
