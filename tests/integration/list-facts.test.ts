import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestConsole, type TestConsole, type TestPerson } from '../support/console';

type Item = {
  id: string;
  name: string;
  caps?: Record<string, unknown> | null;
  bindingCaps?: Record<string, { limit: unknown; source: string } | null> | null;
  lastSignInIp?: string | null;
};

let app: TestConsole;
let priya: TestPerson;
let waiting: string;
beforeAll(async () => {
  app = await startTestConsole();
  priya = await app.person('Priya Nair', 'support');
  await app.owner.call('administrators.update', { id: priya.id, seen: 1_000_000, caps: { daily: 40_000 } });
  const { id } = await app.owner.call<{ id: string }>('administrators.create', {
    name: 'Wanda Waiting',
    email: 'wanda@northwind.example',
    roleId: 'support',
    invite: true
  });
  waiting = id;
});
afterAll(() => app.stop());

const list = async (input: object, client = app.owner) =>
  (await client.call<{ items: Item[] }>('administrators.list', input)).items;

/** Somebody with a role of these permissions. */
async function holder(name: string, permissions: string[]) {
  const { id } = await app.owner.call<{ id: string }>('roles.create', { name: `${name} role`, permissions });
  return app.person(name, id);
}

test('[ADM-1] a page of the list has caps and the address of the last sign-in where they are asked for', async () => {
  const [plain] = await list({ ids: [priya.id] });
  expect(plain).toMatchObject({ name: 'Priya Nair' });
  for (const fact of ['caps', 'bindingCaps', 'lastSignInIp']) expect(plain).not.toHaveProperty(fact);

  const items = await list({ ids: [priya.id, waiting], facts: true });
  expect(items.map(({ name }) => name)).toEqual(['Priya Nair', 'Wanda Waiting']);
  expect(items[0]).toMatchObject({
    caps: { daily: 40_000, hourly: 'inherit' },
    bindingCaps: { daily: { limit: 40_000, source: 'administrator' }, hourly: { source: 'platform' } }
  });
  expect(items[0]!.lastSignInIp).toMatch(/^(127\.0\.0\.1|::1)$/);
  expect(items[1]!.lastSignInIp).toBeNull();
});

test('[ADM-1] of these ids the deactivated are listed too, unless a status is asked for', async () => {
  const gone = await app.person('Gone Today', 'support');
  await app.owner.call('administrators.delete', { id: gone.id });
  expect((await list({ ids: [gone.id] })).map(({ id }) => id)).toEqual([gone.id]);
  expect(await list({ ids: [gone.id], status: 'active' })).toEqual([]);
  const refused = await app.owner.refused('administrators.list', { ids: [] });
  expect(refused.code).toBe('input/invalid');
});

test('[ACC-6] caps and addresses of others are told to those alone who may see them', async () => {
  const reader = await holder('Rita Reader', ['people.administrators.view']);
  const [hers] = await list({ ids: [priya.id], facts: true }, reader.client);
  expect(hers).toMatchObject({ caps: null, bindingCaps: null, lastSignInIp: null });
  // One's own are one's own to see.
  const [own] = await list({ ids: [reader.id], facts: true }, reader.client);
  expect(own!.lastSignInIp).not.toBeNull();
  expect(own!.caps).not.toBeNull();

  const watcher = await holder('Wim Watcher', [
    'people.administrators.view',
    'people.credentials.view_sessions'
  ]);
  const [seen] = await list({ ids: [priya.id], facts: true }, watcher.client);
  expect([seen!.lastSignInIp === null, seen!.caps]).toEqual([false, null]);
});
