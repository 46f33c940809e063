import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readGranted } from '../../src/lib/documents/role-doc';
import { startTestConsole, type TestConsole } from '../support/console';
import { openReplica, until } from '../support/replica';

const folder = mkdtempSync(join(tmpdir(), 'rolecall-catalogue-'));
const file = join(folder, 'catalogue.json');
const groups = Array.from({ length: 400 }, (_, g) => ({
  id: `cloud.service_${g}`,
  label: `Service ${g}`,
  actions: Array.from({ length: 45 }, (_, a) => ({
    id: `cloud.service_${g}.action_with_a_long_name_${a}`,
    label: `Action ${a}`,
    kind: 'read'
  }))
}));
const ids = groups.flatMap((group) => group.actions.map((action) => action.id));

let app: TestConsole;
beforeAll(async () => {
  const roles = [
    {
      id: 'super_administrator',
      label: 'Super Administrator',
      description: '',
      locked: true,
      permissions: '*'
    },
    { id: 'reader', label: 'Reader', description: 'Everything there is', permissions: ids }
  ];
  // The console's own permissions are part of every catalogue: without them nobody may do anything with it.
  const people = {
    id: 'people',
    label: 'People',
    groups: [
      {
        id: 'people.roles',
        label: 'Roles',
        actions: ['view', 'edit'].map((action) => ({
          id: `people.roles.${action}`,
          label: action,
          kind: 'write'
        }))
      }
    ]
  };
  const areas = [{ id: 'cloud', label: 'Cloud', groups }, people];
  writeFileSync(file, JSON.stringify({ version: 1, areas, roles }));
  app = await startTestConsole({ env: { CATALOGUE_FILE: file } });
});
afterAll(async () => {
  await app.stop();
  rmSync(folder, { recursive: true });
});

test('[ROL-13] a catalogue of 18,000 actions starts, ships a role that holds all of them, and can be edited', async () => {
  const role = await app.owner.call<{ permissions: string[]; seq: number }>('roles.get', { id: 'reader' });
  expect(role.permissions).toHaveLength(18_000);
  await app.owner.call('roles.edit', { id: 'reader', seen: role.seq, revoke: ids.slice(0, 1000) });
  using replica = openReplica(app.owner, 'role:reader');
  await replica.synced();
  await until(() => readGranted(replica.doc).has(ids[17_999]!), 'its document says what it holds');
  expect((await app.owner.call<{ count: number }>('roles.get', { id: 'reader' })).count).toBe(17_000);
});
