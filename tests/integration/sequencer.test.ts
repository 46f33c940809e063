import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { NO_KEYS } from '../../src/lib/server/auth/no-keys';
import { NO_LOG_KEYS } from '../../src/lib/server/auth/log-key';
import { chainInput, chainStartInput, leafInput } from '../../src/lib/core/log/hash-input';
import { unpackHeld } from '../../src/lib/core/roles/held-mask';
import type { RoleCell } from '../../src/lib/documents/cells';
import { applicationsMap, feedEntries, peopleMap, rolesMap } from '../../src/lib/documents/list-docs';
import { readGranted, readRoleHeader } from '../../src/lib/documents/role-doc';
import { clockOf, loadUpdates, newServerDocument } from '../../src/lib/documents/server-writer';
import { readDocument } from '../../src/lib/server/db/tables/documents-table';
import { openConsole, type OpenConsole } from '../../src/lib/server/services/installation/open-console';
import { startSequencer } from '../../src/lib/server/services/log/sequencer/sequencer';
import { PASSWORD, SETUP_TOKEN, startTestConsole, type TestConsole } from '../support/console';
import { createDatabase, type TestDatabase } from '../support/postgres';
import { openReplica, until } from '../support/replica';
import { appendEntry, openState, type StateProbe } from '../support/state';

// Two consoles on one database: each numbers entries and serves documents.
let database: TestDatabase;
let app: TestConsole;
let second: TestConsole;
let state: StateProbe;
let open: OpenConsole;

beforeAll(async () => {
  database = await createDatabase();
  app = await startTestConsole({ databaseUrl: database.url });
  await app.owner.call('setup.createOwner', {
    token: SETUP_TOKEN,
    name: 'Maya Lindqvist',
    email: 'maya@northwind.example',
    password: PASSWORD
  });
  second = await startTestConsole({ databaseUrl: app.databaseUrl });
  state = openState(app.databaseUrl);
  open = await openConsole({
    url: app.databaseUrl,
    pool: 2,
    name: 'rolecall test',
    catalogueFile: undefined,
    keyring: NO_KEYS,
    logKeys: NO_LOG_KEYS,
    origin: 'http://localhost',
    log: { info: () => undefined, warn: () => undefined, error: () => undefined }
  });
});
afterAll(async () => {
  await open.handle.close();
  await state.close();
  await database.drop();
});

const sha256 = (data: Uint8Array) => createHash('sha256').update(data).digest();

/** A document as a reader would load it from the database. */
async function stored(name: string): Promise<Y.Doc> {
  const found = await readDocument(open.deps.db, name, 0);
  if (!found) throw new Error(`no document ${name}`);
  const doc = newServerDocument();
  const snapshot = found.snapshot && found.snapshot.length > 0 ? [found.snapshot] : [];
  loadUpdates(doc, [...snapshot, ...found.updates.map((update) => update.data)]);
  expect(clockOf(doc)).toBe(found.clock);
  return doc;
}

/** All that documents show. When somebody was last active moves by itself and is left out. */
async function shown(): Promise<Record<string, unknown>> {
  const names = await state.sql<{ name: string }[]>`select name from documents order by name`;
  const all: Record<string, unknown> = {};
  for (const { name } of names) {
    const doc = await stored(name);
    if (name === 'roles') all[name] = rolesMap(doc).toJSON();
    else if (name === 'feed') all[name] = feedEntries(doc).toArray();
    else if (name === 'applications') all[name] = applicationsMap(doc).toJSON();
    else if (name === 'people')
      all[name] = Object.fromEntries(
        [...peopleMap(doc).entries()].map(([id, each]) => [id, { ...each, lastActive: null }])
      );
    else all[name] = { header: readRoleHeader(doc), cells: doc.getMap('permissions').toJSON() };
  }
  return all;
}

type Numbered = { seq: number; n: number; chain: Buffer; leaf: Buffer; body: Buffer; op: string | null };
async function log(): Promise<Numbered[]> {
  await state.settled();
  return state.sql<Numbered[]>`select s.seq::int, s.n::int, s.chain, e.leaf, e.body, e.doc->>'op' as op
    from audit.seq s join audit.entry e using (n) order by s.seq`;
}

async function expectIntactLog(): Promise<Numbered[]> {
  const entries = await log();
  const [{ log_origin: origin }] = (await state.sql<
    { log_origin: string }[]
  >`select log_origin from installation`) as unknown as [{ log_origin: string }];
  let chain = sha256(chainStartInput(origin));
  for (const [at, entry] of entries.entries()) {
    expect(entry.seq).toBe(at + 1);
    expect(entry.leaf).toEqual(sha256(leafInput(entry.body)));
    chain = sha256(chainInput(entry.seq, chain, entry.leaf));
    expect(entry.chain.equals(chain)).toBe(true);
  }
  expect(new Set(entries.map((entry) => entry.n)).size).toBe(entries.length);
  expect(await state.entries()).toBe(entries.length);
  return entries;
}

describe('[LOG-6] eight writers, two sequencers', () => {
  test('no gap, no double, a valid chain, in the order in which people were answered', async () => {
    const endpoints = [app.owner, Object.assign(second.anonymous(), { cookie: app.owner.cookie })];
    const roles = await Promise.all(
      Array.from({ length: 4 }, (_, n) =>
        app.owner.call<{ id: string }>('roles.create', { name: `Shared ${n}` })
      )
    );
    // Each writer has a permission of its own, so that every edit changes something.
    const permissions = ['view', 'add', 'edit', 'import', 'export', 'validate', 'delete', 'erase_gdpr'].map(
      (action) => `audience.contacts.${action}`
    );
    const answered: { op: string; asked: number; done: number }[] = [];
    let clock = 0;
    await Promise.all(
      Array.from({ length: 8 }, async (_, writer) => {
        for (let turn = 0; turn < 30; turn++) {
          const op = randomUUID();
          const asked = ++clock;
          const permission = permissions[writer]!;
          await endpoints[writer % 2]!.call('roles.edit', {
            op,
            id: roles[writer % 4]!.id,
            seen: Number.MAX_SAFE_INTEGER,
            ...(turn % 2 === 0 ? { grant: [permission] } : { revoke: [permission] }),
            ...(turn % 10 === 0 ? { description: `Turn ${turn} of ${writer}` } : {})
          });
          answered.push({ op, asked, done: ++clock });
        }
      })
    );
    const entries = await expectIntactLog();
    const numberOf = new Map(entries.flatMap((entry) => (entry.op ? [[entry.op, entry.seq] as const] : [])));
    // Whoever was answered before another one asked has the smaller number.
    const effective = answered.filter(({ op }) => numberOf.has(op));
    expect(effective).toHaveLength(240);
    for (const one of effective)
      for (const other of effective)
        if (one.done < other.asked) expect(numberOf.get(one.op)!).toBeLessThan(numberOf.get(other.op)!);
  });
});

test('[LIV-1] documents that grew change by change equal those built afresh from the rows', async () => {
  // A bit of everything that documents show.
  const role = await app.owner.call<{ id: string }>('roles.create', {
    name: 'Comes and goes',
    permissions: ['people.roles.view']
  });
  const { id: personId } = await app.person('Omar Haddad', role.id);
  await app.owner.call('roles.edit', {
    id: role.id,
    seen: 1,
    require2fa: true,
    name: 'Came',
    description: 'Soon gone'
  });
  const replacement = await app.owner.call<{ id: string }>('roles.create', { name: 'Heir', from: 'analyst' });
  await app.owner.call('roles.edit', { id: replacement.id, seen: 1, require2fa: true });
  await app.owner.call('roles.delete', { id: role.id, reassignTo: replacement.id });
  await app.owner.call('roles.edit', {
    id: replacement.id,
    seen: 2,
    require2fa: false,
    revoke: ['people.roles.view']
  });
  await app.owner.refused('roles.edit', {
    id: 'super_administrator',
    seen: 1,
    revoke: ['people.roles.view']
  });
  await state.settled();
  const grown = await shown();
  expect(grown[`role:${role.id}`]).toBeUndefined();
  expect((grown['people'] as Record<string, object>)[personId]).toMatchObject({
    roleId: replacement.id,
    twoFactor: 'off'
  });
  // The list of roles says of each which permissions it holds.
  const inList = (grown['roles'] as Record<string, RoleCell>)[replacement.id];
  const { permissions } = await app.owner.call<{ permissions: string[] }>('roles.get', {
    id: replacement.id
  });
  expect([...(unpackHeld(open.deps.catalogue.ids, inList?.held ?? '') ?? [])]).toEqual(permissions);
  expect(permissions).not.toContain('people.roles.view');

  // The same console with an empty store: every document is asked for once more.
  await second.stop();
  await app.stop();
  await state.sql.begin(async (tx) => {
    await tx`select set_config('app.txn', pg_current_xact_id()::text, true)`;
    await tx`delete from document_updates`;
    await tx`delete from documents`;
    const touches = await tx<
      { touch: string }[]
    >`select 'role:' || id as touch from roles where deleted_at is null
      union all select 'members:' || id from roles where deleted_at is null
      union all select 'person:' || id from administrators
      union all select 'settings:caps'
      union all select 'applications:all'
      union all select 'userRoles:all'
      union all select 'users:all'`;
    await appendEntry(
      tx,
      touches.map(({ touch }) => touch)
    );
  });
  const sequencer = await startSequencer(open.deps, open.handle, {
    logOrigin: open.installation.logOrigin,
    keys: NO_LOG_KEYS
  });
  await state.settled();
  await sequencer.stop();
  const built = await shown();
  // The feed is a window on the log, not on the rows.
  delete grown['feed'];
  delete built['feed'];
  expect(built).toEqual(grown);

  await expectIntactLog();
});

describe('a console that was away', () => {
  let back: TestConsole;
  beforeAll(async () => {
    back = await startTestConsole({ databaseUrl: app.databaseUrl });
    back.owner.cookie = app.owner.cookie;
  });
  afterAll(() => back.stop());

  test('[LIV-2] a reader who comes back gets only what was missed', async () => {
    const { id } = await back.owner.call<{ id: string }>('roles.create', { name: 'Large', from: 'admin' });
    const doc = new Y.Doc();
    const first = openReplica(back.owner, `role:${id}`, doc);
    await until(() => readGranted(doc).size > 300, 'first state');
    const whole = Y.encodeStateAsUpdate(doc).length;
    first.provider.destroy();
    let seq = 0;
    for (const change of [
      { revoke: ['audience.contacts.view'] },
      { grant: ['audience.contacts.view'] },
      { revoke: ['audience.contacts.add'] }
    ])
      ({ seq } = await back.owner.call<{ seq: number }>('roles.edit', { id, seen: 9, ...change }));
    await state.settled();
    let bytes = 0;
    doc.on('update', (update: Uint8Array) => (bytes += update.length));
    const again = openReplica(back.owner, `role:${id}`, doc);
    await until(() => readRoleHeader(doc)?.seq === seq, 'what was missed');
    expect(readGranted(doc).has('audience.contacts.view')).toBe(true);
    expect(readGranted(doc).has('audience.contacts.add')).toBe(false);
    expect(bytes).toBeGreaterThan(0);
    expect(bytes).toBeLessThan(whole / 20);
    again.destroy();
  });

  test('[LIV-2] a full state written after 256 changes keeps every reader right', async () => {
    const { id } = await back.owner.call<{ id: string }>('roles.create', { name: 'Busy' });
    using watching = openReplica(back.owner, `role:${id}`);
    await until(() => readRoleHeader(watching.doc) !== null, 'first state');
    const left = new Y.Doc();
    const leaving = openReplica(back.owner, `role:${id}`, left);
    await until(() => readRoleHeader(left) !== null, 'first state');
    leaving.provider.destroy();
    let seq = 1;
    const snapshotOf = async () =>
      (
        await state.sql<
          { at: number }[]
        >`select snapshot_clock::int as at from documents where name = ${`role:${id}`}`
      )[0]?.at ?? 0;
    for (let turn = 0; turn < 600 && (await snapshotOf()) === 0; turn++) {
      const permission = ['audience.contacts.view', 'audience.contacts.add', 'people.roles.view'][turn % 3]!;
      const change = Math.floor(turn / 3) % 2 === 0 ? { grant: [permission] } : { revoke: [permission] };
      ({ seq } = await back.owner.call<{ seq: number }>('roles.edit', { id, seen: seq, ...change }));
      await state.settled();
    }
    expect(await snapshotOf()).toBeGreaterThan(0);
    expect(
      await state.sql`select 1 from document_updates where name = ${`role:${id}`} and clock <= ${await snapshotOf()}`
    ).toHaveLength(0);
    ({ seq } = await back.owner.call<{ seq: number }>('roles.edit', {
      id,
      seen: seq,
      description: 'After it all'
    }));
    const fresh = openReplica(back.owner, `role:${id}`);
    const again = openReplica(back.owner, `role:${id}`, left);
    const readers = [watching.doc, fresh.doc, left];
    await until(() => readers.every((doc) => readRoleHeader(doc)?.seq === seq), 'all readers there');
    const { permissions } = await back.owner.call<{ permissions: string[] }>('roles.get', { id });
    for (const doc of readers) expect([...readGranted(doc)].sort()).toEqual([...permissions].sort());
    fresh.destroy();
    again.destroy();
  });
});
