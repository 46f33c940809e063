import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import shipped from '../../src/lib/core/access/catalogue/permissions.json';
import type { ApiClient } from '../support/api-client';
import { startTestConsole, type TestConsole } from '../support/console';
import { openState, type StateProbe } from '../support/state';
import { seeded } from '../faults/random';

type Version = {
  seq: number;
  at: string;
  by: { id: string | null; name: string };
  action: string;
  granted: string[];
  revoked: string[];
  fields: { field: string; old: unknown; new: unknown }[];
  from: string | null;
  restored: number | null;
};
type Page = { items: Version[]; next: string | null };
type Moment = {
  seq: number;
  name: string;
  description: string;
  require2fa: boolean;
  permissions: string[];
  deleted: boolean;
  since: string;
};
type Edited = {
  seq: number;
  applied: { granted: string[]; revoked: string[]; fields: string[] };
  refused: { code: string; permission?: string; field?: string }[];
};

const ALL = shipped.areas.flatMap((area) =>
  area.groups.flatMap((group) => group.actions.map((action) => action.id))
);
const VIEW = 'audience.contacts.view';
const EXPORT = 'audience.contacts.export';
const DELETE = 'audience.contacts.delete';
const ADD = 'audience.contacts.add';

let app: TestConsole;
let state: StateProbe;
let owner: ApiClient;
beforeAll(async () => {
  app = await startTestConsole();
  state = openState(app.databaseUrl);
  owner = app.owner;
});
afterAll(async () => {
  await state.close();
  await app.stop();
});

const history = (id: string, more: object = {}) => owner.call<Page>('roles.history', { id, ...more });
const at = (id: string, seq?: number) =>
  owner.call<Moment>('roles.at', { id, ...(seq === undefined ? {} : { seq }) });
const edit = (id: string, seen: number, change: object) =>
  owner.call<Edited>('roles.edit', { id, seen, ...change });
const restore = (id: string, seq: number, client = owner) =>
  client.call<Edited>('roles.restore', { id, seq });

async function newRole(name: string, permissions: string[]): Promise<string> {
  return (await owner.call<{ id: string }>('roles.create', { name, permissions })).id;
}

describe('[ROL-9] the history of a role', () => {
  test('the history of a role says who did what when, from its creation to its deletion', async () => {
    const id = await newRole('Chronicle', [VIEW, EXPORT]);
    await edit(id, 1, { revoke: [EXPORT], grant: [ADD] });
    await edit(id, 2, { name: 'Chronicles', require2fa: true });
    await owner.call('roles.delete', { id });

    const { items, next } = await history(id);
    expect(next).toBeNull();
    expect(items.map(({ seq, action }) => [seq, action])).toEqual([
      [4, 'role.deleted'],
      [3, 'role.edited'],
      [2, 'role.edited'],
      [1, 'role.created']
    ]);
    const [, renamed, ticked, created] = items;
    expect(renamed!.fields).toEqual([
      { field: 'name', old: 'Chronicle', new: 'Chronicles' },
      { field: 'require2fa', old: false, new: true }
    ]);
    expect([ticked!.granted, ticked!.revoked]).toEqual([[ADD], [EXPORT]]);
    expect(new Set(created!.granted)).toEqual(new Set([VIEW, EXPORT]));
    for (const item of items) {
      expect(item.by).toEqual({ id: app.ownerId, name: 'Maya Lindqvist' });
      expect(Math.abs(Date.now() - Date.parse(item.at))).toBeLessThan(60_000);
    }
    expect(await at(id, 4)).toMatchObject({ deleted: true, permissions: [] });
    expect(await at(id, 3)).toMatchObject({ deleted: false, name: 'Chronicles', permissions: [VIEW, ADD] });
  });

  test('the history of a copied role names the role it was copied from and all it began with', async () => {
    const { id } = await owner.call<{ id: string }>('roles.create', { name: 'Copy', from: 'support' });
    const { items } = await history(id);
    const source = await owner.call<{ permissions: string[] }>('roles.get', { id: 'support' });
    expect(items).toHaveLength(1);
    expect([items[0]!.from, items[0]!.granted.length]).toEqual(['support', source.permissions.length]);
    expect((await at(id, 1)).permissions).toEqual(source.permissions);
  });

  test('the history of a role that ships begins with the installation; Super Administrator held everything', async () => {
    expect((await history('analyst')).items).toMatchObject([
      { seq: 1, action: 'role.seeded', by: { id: null, name: 'Rolecall' } }
    ]);
    expect((await at('super_administrator', 1)).permissions).toEqual(ALL);
  });

  test('the history of a role has no version for an attempt that was refused or changed nothing', async () => {
    const id = await newRole('Quiet', [VIEW]);
    await edit(id, 1, { grant: [VIEW] });
    await owner.refused('roles.edit', { id, seen: 1, grant: ['audience.contacts.fly'] });
    expect((await history(id)).items.map(({ seq }) => seq)).toEqual([1]);
  });

  test('the history of a role comes page by page, none twice and none left out, while the role goes on changing', async () => {
    const id = await newRole('Pages', []);
    for (let seq = 1; seq <= 6; seq++) await edit(id, seq, seq % 2 ? { grant: [VIEW] } : { revoke: [VIEW] });
    const first = await history(id, { limit: 3 });
    expect(first.items.map(({ seq }) => seq)).toEqual([7, 6, 5]);
    await edit(id, 7, { grant: [ADD] });
    const second = await history(id, { limit: 3, cursor: first.next });
    expect(second.items.map(({ seq }) => seq)).toEqual([4, 3, 2]);
    const third = await history(id, { limit: 3, cursor: second.next });
    expect([third.items.map(({ seq }) => seq), third.next]).toEqual([[1], null]);
    expect(await owner.refused('roles.history', { id, cursor: 'x' })).toMatchObject({
      code: 'input/invalid',
      field: 'cursor'
    });
  });

  test('the history of a role counts a change whose list fills several entries as one version', async () => {
    const id = await newRole('Long', []);
    const entries = await state.entries('role.edited');
    await withLargeRole(id, async (permissions) => {
      expect(await state.entries('role.edited')).toBe(entries + 3);
      const { items } = await history(id);
      expect(items.map(({ seq }) => seq)).toEqual([2, 1]);
      expect(items[0]!.granted).toEqual(permissions);
    });
  });

  test('the history of no role, and the role at no version, are not found', async () => {
    const id = randomUUID();
    expect(await owner.refused('roles.history', { id })).toEqual({ code: 'not-found', what: 'role' });
    expect(await owner.refused('roles.at', { id })).toEqual({ code: 'not-found', what: 'role' });
    for (const asked of [{ seq: 0 }, { seq: 99 }, { at: '2020-01-01T00:00:00Z' }])
      expect(await owner.refused('roles.at', { id: 'support', ...asked })).toEqual({
        code: 'not-found',
        what: 'version'
      });
    expect(
      await owner.refused('roles.at', { id: 'support', seq: 1, at: '2030-01-01T00:00:00Z' })
    ).toMatchObject({ code: 'input/invalid', field: 'at' });
  });
});

test('[ROL-9] the role as it was equals what was recorded, over 60 random edits', async () => {
  const random = seeded(20_261_122);
  const pool = ALL.slice(0, 40);
  const some = () => pool.filter(() => random.chance(0.12));
  const id = await newRole('Model', pool.slice(0, 9));
  const recorded: Moment[] = [await at(id)];
  const held = new Set(pool.slice(0, 9));
  let names = 0;
  while (recorded.length <= 60) {
    const revoke = some();
    const grant = some().filter((permission) => !revoke.includes(permission));
    const before = recorded.at(-1)!;
    const fields = {
      ...(random.chance(0.2) ? { name: `Model ${++names}` } : {}),
      ...(random.chance(0.2) ? { description: `Words ${random.whole(1, 1000)}` } : {}),
      ...(random.chance(0.2) ? { require2fa: !before.require2fa } : {})
    };
    const { seq } = await edit(id, before.seq, { grant, revoke, ...fields });
    for (const permission of grant) held.add(permission);
    for (const permission of revoke) held.delete(permission);
    if (seq === before.seq) continue;
    recorded.push({ ...before, ...fields, seq, permissions: pool.filter((each) => held.has(each)) });
  }
  for (const moment of recorded) {
    const found = await at(id, moment.seq);
    expect(found).toEqual({ ...moment, since: found.since });
    // The same by the clock: the version in force at the moment when it was made.
    const byClock = await owner.call<Moment>('roles.at', { id, at: upTo(found.since) });
    expect(Date.parse(byClock.since)).toBe(Date.parse(found.since));
  }
});

describe('[ROL-9] restoring', () => {
  test('brings permissions and fields back, is an edit like any other, and says so in the history', async () => {
    const id = await newRole('Round trip', [VIEW, EXPORT]);
    await edit(id, 1, { revoke: [EXPORT], grant: [ADD, DELETE], name: 'Elsewhere', description: 'Moved' });
    await edit(id, 2, { require2fa: true });
    const answer = await restore(id, 1);
    expect(answer.seq).toBe(4);
    expect(answer.refused).toEqual([]);
    expect(answer.applied.granted).toEqual([EXPORT]);
    expect(new Set(answer.applied.revoked)).toEqual(new Set([ADD, DELETE]));
    expect(new Set(answer.applied.fields)).toEqual(new Set(['name', 'description', 'require2fa']));
    const { seq: _first, since: _then, ...first } = await at(id, 1);
    expect(await at(id)).toMatchObject(first);
    expect((await history(id)).items[0]).toMatchObject({ seq: 4, action: 'role.edited', restored: 1 });
    const [entry] = await state.sql`select doc from audit.entry
      where doc->'target'->>'id' = ${id} order by n desc limit 1`;
    expect(entry!['doc']).toMatchObject({ action: 'role.edited', outcome: 'success', reason: 'restored' });

    // And back again: what was restored away is a version like any other.
    await restore(id, 3);
    expect((await at(id)).permissions).toEqual((await at(id, 3)).permissions);
  });

  test('what is in force changes nothing', async () => {
    const id = await newRole('Still', [VIEW]);
    const entries = await state.entries();
    expect(await restore(id, 1)).toEqual({
      seq: 1,
      applied: { granted: [], revoked: [], fields: [] },
      refused: [],
      needNewLink: 0
    });
    expect(await state.entries()).toBe(entries);
  });

  test('a list longer than one entry of the log', async () => {
    const id = await newRole('Long way back', []);
    await withLargeRole(id, async (permissions) => {
      await restore(id, 1);
      expect((await at(id)).permissions).toEqual([]);
      const { items } = await history(id, { limit: 1 });
      expect(items[0]).toMatchObject({ seq: 3, restored: 1 });
      expect(new Set(items[0]!.revoked)).toEqual(new Set(permissions));
    });
  });

  test('restoring keeps what was revoked after the version that the author saw', async () => {
    const id = await newRole('Overtaken', [VIEW, EXPORT, DELETE]);
    await edit(id, 1, { revoke: [EXPORT] });
    await edit(id, 2, { revoke: [DELETE] });
    const answer = await owner.call<Edited>('roles.restore', { id, seq: 1, seen: 2 });
    expect(answer.applied.granted).toEqual([EXPORT]);
    expect(answer.refused).toMatchObject([{ code: 'conflict/revoked-since', permission: DELETE }]);
  });

  test('restoring refuses no such version, no such role and a deleted one', async () => {
    const id = await newRole('Brief', []);
    expect(await owner.refused('roles.restore', { id, seq: 5 })).toEqual({
      code: 'not-found',
      what: 'version'
    });
    await owner.call('roles.delete', { id });
    expect(await owner.refused('roles.restore', { id, seq: 1 })).toEqual({ code: 'not-found', what: 'role' });
  });

  test('a name that somebody else took meanwhile stays out, the rest lands', async () => {
    const id = await newRole('Wanted name', [VIEW]);
    await edit(id, 1, { name: 'Given up name', grant: [ADD] });
    await newRole('Wanted name', []);
    const answer = await restore(id, 1);
    expect(answer.applied).toEqual({ granted: [], revoked: [ADD], fields: [] });
    expect(answer.refused).toMatchObject([{ code: 'input/taken', field: 'name' }]);
  });
});

describe('[ACC-1] [ACC-3] restoring obeys the rules of an edit', () => {
  const EDITOR = ['people.roles.view', 'people.roles.edit', 'people.roles.rollback', VIEW];

  test('what the restorer does not hold stays out and is reported; the rest lands', async () => {
    const mine = await newRole('Restorers', EDITOR);
    const restorer = (await app.person('Rhea Stone', mine)).client;
    const id = await newRole('Past glory', [VIEW, EXPORT, DELETE]);
    await edit(id, 1, { revoke: [VIEW, EXPORT, DELETE] });
    const denied = await state.entries('access.denied');
    const answer = await restore(id, 1, restorer);
    expect(answer.applied.granted).toEqual([VIEW]);
    expect(answer.refused.map(({ code, permission }) => [code, permission]).sort()).toEqual([
      ['access/not-held', DELETE],
      ['access/not-held', EXPORT]
    ]);
    expect((await at(id)).permissions).toEqual([VIEW]);
    expect(await state.entries('access.denied')).toBe(denied + 1);
  });

  test('nobody widens their own role by restoring it; narrowing it works', async () => {
    const mine = await newRole('Narrowed', [...EDITOR, ADD]);
    const holder = (await app.person('Nia Brook', mine)).client;
    await edit(mine, 1, { revoke: [ADD], grant: [EXPORT] });
    const answer = await restore(mine, 1, holder);
    expect(answer.applied).toMatchObject({ granted: [], revoked: [EXPORT] });
    expect(answer.refused).toMatchObject([{ code: 'access/not-held', permission: ADD }]);
    expect((await at(mine)).permissions).not.toContain(ADD);
  });

  test('the locked role is not restored, by the owner neither', async () => {
    expect(await owner.refused('roles.restore', { id: 'super_administrator', seq: 1 })).toEqual({
      code: 'access/locked'
    });
  });

  test('a role held by somebody whom the restorer does not dominate is left alone', async () => {
    const mine = await newRole('Small restorers', EDITOR);
    const restorer = (await app.person('Sam Small', mine)).client;
    const id = await newRole('Above them', [VIEW]);
    await edit(id, 1, { grant: [DELETE] });
    await app.person('Ada Above', id);
    const rows = await state.rows();
    expect(await restorer.refused('roles.restore', { id, seq: 1 })).toEqual({ code: 'access/not-dominated' });
    expect(await state.rows()).toBe(rows);
  });

  test('it takes the right to restore and the right to edit; seeing the history takes its own', async () => {
    const id = await newRole('Guarded', [VIEW]);
    await edit(id, 1, { grant: [ADD] });
    for (const [name, held, missing] of [
      ['Only Edit', ['people.roles.edit'], 'people.roles.rollback'],
      ['Only Restore', ['people.roles.rollback'], 'people.roles.edit']
    ] as const) {
      const client = (await app.person(name, await newRole(name, [...held, VIEW, ADD]))).client;
      for (const [procedure, permission] of [
        ['roles.restore', missing],
        ['roles.at', 'people.roles.view_history'],
        ['roles.history', 'people.roles.view_history']
      ] as const)
        expect(
          await client.refused(procedure, { id, ...(procedure === 'roles.history' ? {} : { seq: 1 }) })
        ).toEqual({ code: 'access/permission-required', permission });
    }
    expect((await at(id)).seq).toBe(2);
  });

  test('a restore sent twice lands once', async () => {
    const id = await newRole('Twice', [VIEW]);
    await edit(id, 1, { grant: [ADD] });
    const input = { op: randomUUID(), id, seq: 1 };
    const answers = [await owner.call('roles.restore', input), await owner.call('roles.restore', input)];
    expect(answers[1]).toEqual(answers[0]);
    expect((await at(id)).seq).toBe(3);
  });
});

test('[ROL-11] a permission that the catalogue lost is shown where it was, and is not granted again', async () => {
  const id = await newRole('Bereft', [VIEW, EXPORT]);
  await edit(id, 1, { revoke: [VIEW, EXPORT] });
  await withCatalogue({ ...shipped, version: shipped.version + 1, ...without(EXPORT) }, async (other) => {
    const client = new (owner.constructor as typeof ApiClient)(other.origin);
    client.cookie = owner.cookie;
    const then = await client.call<Moment>('roles.at', { id, seq: 1 });
    expect(then.permissions).toEqual([VIEW, EXPORT]);
    const answer = await restore(id, 1, client);
    expect(answer.applied.granted).toEqual([VIEW]);
    expect(answer.refused).toMatchObject([{ code: 'input/unknown-permission', permission: EXPORT }]);
  });
});

/** A moment of the log rounded up to the next millisecond, as calls take it. */
function upTo(entryTime: string): string {
  return new Date(Math.ceil(Date.parse(entryTime))).toISOString();
}

/** The catalogue without an action, in the roles that ship too. */
function without(permission: string) {
  const kept = (ids: string[]) => ids.filter((id) => id !== permission);
  return {
    areas: shipped.areas.map((area) => ({
      ...area,
      groups: area.groups.map((group) => ({
        ...group,
        actions: group.actions.filter((action) => action.id !== permission)
      }))
    })),
    roles: shipped.roles.map((role) => ({
      ...role,
      permissions: typeof role.permissions === 'string' ? role.permissions : kept(role.permissions)
    }))
  };
}

/** Runs `work` on a second console over the same database, with another catalogue. */
async function withCatalogue(catalogue: object, work: (other: TestConsole) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'rolecall-history-'));
  const file = join(folder, 'catalogue.json');
  writeFileSync(file, JSON.stringify(catalogue));
  const other = await startTestConsole({
    databaseUrl: app.databaseUrl,
    env: { CATALOGUE_FILE: file }
  });
  try {
    await work(other);
  } finally {
    await other.stop();
    rmSync(folder, { recursive: true });
  }
}

/** Puts 1,000 permissions into a role in one edit, with a catalogue that has so many. */
async function withLargeRole(id: string, work: (permissions: string[]) => Promise<void>): Promise<void> {
  const actions = Array.from({ length: 1000 }, (_, n) => ({
    id: `bulk.things.action_${n}`,
    label: `Action ${n}`,
    kind: 'write'
  }));
  const catalogue = {
    ...shipped,
    areas: [
      ...shipped.areas,
      { id: 'bulk', label: 'Bulk', groups: [{ id: 'bulk.things', label: 'Things', actions }] }
    ]
  };
  const permissions = actions.map((action) => action.id);
  await withCatalogue(catalogue, async (other) => {
    const client = new (owner.constructor as typeof ApiClient)(other.origin);
    client.cookie = owner.cookie;
    await client.call('roles.edit', { id, seen: 1, grant: permissions });
    await work(permissions);
  });
}
