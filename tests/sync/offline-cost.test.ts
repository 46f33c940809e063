import { afterAll, beforeAll, expect, test } from 'vitest';
import { peopleMap } from '../../src/lib/documents/list-docs';
import { readGranted } from '../../src/lib/documents/role-doc';
import { plantPeople } from '../support/accounts';
import { startTestConsole, type TestConsole } from '../support/console';
import { offlineAuthor } from '../support/offline-author';
import { openState, type StateProbe } from '../support/state';
import { flicker, renamePeople, whileAway } from '../support/while-away';
import { wideCatalogue } from '../support/wide-catalogue';

const catalogue = wideCatalogue(1100);
let app: TestConsole;
let state: StateProbe;
beforeAll(async () => {
  app = await startTestConsole({ env: { CATALOGUE_FILE: catalogue.file } });
  state = openState(app.databaseUrl);
});
afterAll(async () => {
  await state.close();
  await app.stop();
  catalogue[Symbol.dispose]();
});

async function newRole(name: string, permissions: string[] = []): Promise<{ id: string; seq: number }> {
  return app.owner.call<{ id: string; seq: number }>('roles.create', { name, permissions });
}

test('[LIV-4] a thousand ticks made offline, one by one, land in at most twenty requests, each once', async () => {
  const { id, seq } = await newRole('A long tunnel');
  const ticked = catalogue.ids.slice(0, 1000);
  const author = offlineAuthor(app.owner);
  for (const key of ticked)
    await author.edit(`role:${id}`, [{ key, value: true, committed: false, seen: seq }]);
  const { requests } = await author.send();
  expect(requests).toBeLessThanOrEqual(20);
  expect(await author.left()).toBe(0);
  const { permissions } = await app.owner.call<{ permissions: string[] }>('roles.get', { id });
  expect([...permissions].sort()).toEqual([...ticked].sort());
  // Exactly once: every entry of the log names other permissions.
  const rows = await state.sql<{ granted: string[] }[]>`
    select array(select jsonb_array_elements_text(change->'new')) as granted
    from audit.entry, jsonb_array_elements(doc->'change') change
    where doc->'target'->>'id' = ${id} and doc->>'action' = 'role.edited' and change->>'path' = 'permissions'`;
  expect(rows.flatMap(({ granted }) => granted).sort()).toEqual([...ticked].sort());
});

test('[LIV-2] after a thousand changes by others to a role, coming back transfers at most a tenth of a full load', async () => {
  const { id } = await newRole('While away', catalogue.ids.slice(0, 1000));
  const flickered = catalogue.ids.slice(0, 50);
  const { missed, whole, mine, fresh } = await whileAway(app.owner, state, `role:${id}`, async () => {
    await flicker(app.owner, id, flickered, 20);
    await flicker(app.owner, id, flickered.slice(0, 1), 1);
  });
  expect([...readGranted(mine)].sort()).toEqual([...readGranted(fresh)].sort());
  expect(readGranted(mine).has(flickered[0]!)).toBe(false);
  expect(missed / whole, `${missed} of ${whole} bytes`).toBeLessThanOrEqual(0.1);
});

test('[LIV-2] after a thousand changes to people, coming back transfers at most a tenth of a full load', async () => {
  const people = Array.from({ length: 1000 }, () => ({ roleId: 'analyst' }));
  const ids = await plantPeople(state, people);
  await renamePeople(state, ids, 'Planted');
  const busy = ids.slice(0, 50);
  const { missed, whole, mine, fresh } = await whileAway(app.owner, state, 'people', async () => {
    for (let turn = 1; turn <= 20; turn++) await renamePeople(state, busy, `Renamed ${turn}`);
  });
  expect(peopleMap(fresh).size).toBe(1001);
  expect(peopleMap(mine).get(busy[7]!)).toEqual(peopleMap(fresh).get(busy[7]!));
  expect(peopleMap(mine).get(busy[7]!)?.name).toMatch(/^Renamed 20 /);
  expect(missed / whole, `${missed} of ${whole} bytes`).toBeLessThanOrEqual(0.1);
});
