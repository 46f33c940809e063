import { createHash, randomUUID } from 'node:crypto';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canonicalJson } from '../../src/lib/core/log/canonical-json';
import { chainInput, chainStartInput, leafInput } from '../../src/lib/core/log/hash-input';
import { openLogKeys } from '../../src/lib/server/auth/log-key';
import { migrateDatabase } from '../../src/lib/server/db/driver/migrate';
import { declareRestored } from '../../src/lib/server/services/log/upkeep/declare-restored';
import { erasePerson } from '../../src/lib/server/services/log/upkeep/erase-person';
import { pruneLog } from '../../src/lib/server/services/log/upkeep/prune';
import type { OpenConsole } from '../../src/lib/server/services/installation/open-console';
import { startSequencer } from '../../src/lib/server/services/log/sequencer/sequencer';
import { startTestConsole, type TestConsole } from '../support/console';
import { appendOld, oldEntry } from '../support/old-entries';
import { createDatabase } from '../support/postgres';
import { until } from '../support/replica';
import { declareAudited, openState, signed, type StateProbe } from '../support/state';
import { openUseCases } from '../support/use-cases';
import { logVerify } from '../support/verifiers';

const MIGRATIONS = fileURLToPath(new URL('../../drizzle', import.meta.url));
const sha256 = (data: Uint8Array) => createHash('sha256').update(data).digest();
const seed = (n: number) => Buffer.alloc(32, n).toString('base64');

describe('[LOG-7] retention', () => {
  test('old entries go, the oldest first, and all that is left verifies', async () => {
    await using database = await createDatabase();
    // Their time must be in order, as in life: they are the first of this log.
    await migrateDatabase(database.url, MIGRATIONS);
    const state = openState(database.url);
    await state.sql.begin(async (tx) => {
      await declareAudited(tx);
      for (const days of [900, 800, 700, 600, 500, 401, 399, 100, 95]) await appendOld(tx, oldEntry(days));
    });
    const app = await startTestConsole({ databaseUrl: database.url });
    const before = await signed(state);
    const open = await openUseCases(database.url);
    // Two at a time: several rounds, each with its entry.
    expect(await pruneLog(open.deps, 2)).toBe(6);
    expect(await pruneLog(open.deps, 2)).toBe(0);
    const after = await signed(state);
    expect(after).toBe(before + 3);
    const [tree] = await state.sql`select pruned::int from audit.tree`;
    expect(tree).toEqual({ pruned: 6 });
    // Another process that chose what to prune before this one did comes late: the mark stays.
    await state.sql.begin(async (tx) => {
      await declareAudited(tx);
      const id = randomUUID();
      const said = {
        id,
        action: 'audit.prune',
        at: new Date().toISOString(),
        target: { id: '2' },
        outcome: 'success'
      };
      const body = canonicalJson(said);
      await tx`select audit.append(${id}, convert_to(${body}, 'UTF8'), decode(repeat('00', 16), 'hex'), ''::bytea, '{}')`;
      expect(await tx`select audit.prune(${id})::int as gone`).toEqual([{ gone: 0 }]);
    });
    expect(await state.sql`select pruned::int from audit.tree`).toEqual([{ pruned: 6 }]);
    expect(
      await state.sql`select count(*)::int as n from audit.seq s left join audit.entry e using (n)
      left join audit.pii p using (n) where s.seq <= 6 and (e.n is not null or p.n is not null)`
    ).toEqual([{ n: 0 }]);
    const { code, text } = logVerify('--database-url', database.url);
    expect(text).toContain('6 entries were pruned');
    expect(code).toBe(0);
    // Half of it told: an entry more is missing than the log says.
    await state.sql.begin(async (tx) => {
      await tx`set local session_replication_role = replica`;
      await tx`delete from audit.pii where n in (select n from audit.seq where seq = 7)`;
      await tx`delete from audit.entry where n in (select n from audit.seq where seq = 7)`;
    });
    expect(logVerify('--database-url', database.url).text).toContain('V12 entry 7');
    await open.handle.close();
    await app.stop();
    await state.close();
  });
});

describe('with a console', () => {
  let app: TestConsole;
  let state: StateProbe;
  let open: OpenConsole;
  beforeAll(async () => {
    app = await startTestConsole();
    state = openState(app.databaseUrl);
    open = await openUseCases(app.databaseUrl);
  });
  afterAll(async () => {
    await open.handle.close();
    await state.close();
    await app.stop();
  });

  test('[LOG-7] what was personal of somebody is erased; what happened stays and verifies', async () => {
    const agent = { 'user-agent': 'Canary/1 (erase me)' };
    const { id, email, client } = await app.person('Priya Nair', 'support');
    await fetch(`${app.origin}/trpc/auth.signIn`, {
      method: 'POST',
      headers: { ...agent, origin: app.origin, 'content-type': 'application/json' },
      body: JSON.stringify({ email, password: 'not what it is, surely' })
    });
    await client.call('auth.signOut');
    await signed(state);
    const list = async () =>
      (
        await app.owner.call<{ entries: { id: number; ip: string | null; actor: { id: string | null } }[] }>(
          'log.list',
          { limit: 100 }
        )
      ).entries;
    const before = await list();
    expect(before.some(({ actor, ip }) => actor.id === id && ip !== null)).toBe(true);
    const said = await erasePerson(open.deps, email, 'root');
    expect(said.line).toMatch(/^The personal data of Priya Nair were erased from \d+ entries/);
    await signed(state);
    const after = await list();
    expect(after.filter(({ actor }) => actor.id === id).length).toBe(
      before.filter(({ actor }) => actor.id === id).length
    );
    expect(after.filter(({ actor, ip }) => actor.id === id && ip !== null)).toEqual([]);
    expect(after.some(({ ip }) => ip !== null)).toBe(true);
    const kept = await state.sql<{ text: string }[]>`
      select string_agg(convert_from(doc, 'UTF8'), ' ') as text from audit.pii where octet_length(doc) > 0`;
    expect(kept[0]!.text).not.toContain(email);
    expect(kept[0]!.text).not.toContain('Canary/1');
    // Nor does the feed on people's devices keep it.
    const [feed] = await state.sql<
      { snapshot: Buffer }[]
    >`select snapshot from documents where name = 'feed'`;
    expect(feed!.snapshot.toString('latin1')).not.toContain(email);
    expect(feed!.snapshot.toString('latin1')).toContain('Priya Nair');
    const { code, text } = logVerify('--database-url', app.databaseUrl);
    expect(text).toMatch(/Of \d+ entries the personal data were erased/);
    expect(code).toBe(0);
    await expect(erasePerson(open.deps, 'nobody@northwind.example', 'root')).rejects.toThrow(
      'No account has'
    );
  });

  test('[LOG-6] a log in which nothing happens says that it goes on, and nobody has to read it', async () => {
    await signed(state);
    const keys = await openLogKeys({ file: '', env: seed(8) });
    const { logOrigin } = open.installation;
    const sequencer = await startSequencer(open.deps, open.handle, { logOrigin, keys, heartbeatSeconds: 1 });
    await until(async () => (await state.entries('audit.heartbeat')) > 0, 'a heartbeat');
    await sequencer.stop();
    await signed(state);
    const { entries } = await app.owner.call<{ entries: { action: string }[] }>('log.list', { limit: 100 });
    expect(entries.filter(({ action }) => action === 'audit.heartbeat')).toEqual([]);
    const asked = await app.owner.call<{ entries: unknown[] }>('log.list', {
      action: 'audit.heartbeat',
      limit: 10
    });
    expect(asked.entries.length).toBeGreaterThan(0);
  });

  test('[LOG-6] a console whose log is behind is not ready, and says how far', async () => {
    const ready = async () => (await fetch(`http://127.0.0.1:${app.port}/readyz`)).status;
    await signed(state);
    await until(async () => (await ready()) === 200, 'it is ready');
    const holder = await state.sql.reserve();
    // As if another process had become the sequencer and stood still.
    await holder`select pg_advisory_lock(1936028021)`;
    await state.sql.begin(async (tx) => {
      await declareAudited(tx);
      await appendOld(tx, oldEntry(0, 'test.done'));
      await appendOld(tx, oldEntry(1, 'test.done'));
    });
    expect(await ready()).toBe(503);
    const metrics = await (await fetch(`http://127.0.0.1:${app.port}/metrics`)).text();
    expect(Number(/^rolecall_log_lag_seconds (\S+)/m.exec(metrics)?.[1])).toBeGreaterThan(80_000);
    expect(metrics).toMatch(/^rolecall_log_unsigned_seconds \S+/m);
    expect(metrics).toMatch(/^rolecall_sequencer_silent_seconds \S+/m);
    await holder`select pg_advisory_unlock(1936028021)`;
    holder.release();
    await signed(state);
    await until(async () => (await ready()) === 200, 'it is ready');
  });

  test('[LOG-6] another key takes over with a checkpoint that both sign; a stranger’s key stops the start', async () => {
    const first = (await openLogKeys({ file: '', env: seed(8) })).vkeys(open.installation.logOrigin)[0]!;
    const stranger = startTestConsole({ databaseUrl: app.databaseUrl, env: { LOG_SIGNING_KEYS: seed(9) } });
    await expect(stranger).rejects.toThrow('is not the one that signs the log of this database');
    expect(logVerify('--database-url', app.databaseUrl, '--key', first).code).toBe(0);

    const both = `${seed(8)}\n${seed(10)}`;
    const second = await startTestConsole({ databaseUrl: app.databaseUrl, env: { LOG_SIGNING_KEYS: both } });
    const next = (await openLogKeys({ file: '', env: both })).vkeys(open.installation.logOrigin)[1]!;
    await until(
      async () => (await state.sql`select 1 from audit.tree where vkey = ${next}`).length > 0,
      'the other key signs'
    );
    const [handover] = await state.sql<
      { note: string }[]
    >`select note from audit.checkpoint where rotates_to is not null`;
    expect(handover!.note.split('\n— ')).toHaveLength(3);
    expect(await state.entries('audit.key.rotate')).toBe(1);
    // The process that has the old key alone goes on numbering and leaves signing to the other.
    await app.owner.call('roles.create', { name: 'After the handover' });
    await signed(state);
    for (const key of [first, next])
      expect(logVerify('--database-url', app.databaseUrl, '--key', key).code).toBe(0);
    const wrong = (await openLogKeys({ file: '', env: seed(9) })).vkeys(open.installation.logOrigin)[0]!;
    expect(logVerify('--database-url', app.databaseUrl, '--key', wrong).code).toBe(1);
    await second.stop();
  });

  test('[LOG-6] a restore that somebody declares begins another epoch, and everybody signs in anew', async () => {
    const epoch = async () =>
      (await state.sql<{ epoch: string }[]>`select epoch from installation`)[0]!.epoch;
    const before = await epoch();
    const said = await declareRestored(open.deps, 'root');
    expect(said.line).toMatch(/^Another epoch has begun, \d+ sessions were ended/);
    expect(await epoch()).not.toBe(before);
    expect((await app.owner.refused('me.get')).code).toBe('auth/signed-out');
    expect(await state.entries('audit.restored')).toBe(1);
  });
});

test('[LOG-6] the entries of an installation from before are taken into the tree', async () => {
  await using database = await createDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'rolecall-migrations-'));
  await cp(MIGRATIONS, folder, { recursive: true });
  const journal = join(folder, 'meta', '_journal.json');
  const whole = JSON.parse(await readFile(journal, 'utf8')) as { entries: { tag: string }[] };
  const at = whole.entries.findIndex(({ tag }) => tag === '0005_tamper_evidence');
  await writeFile(journal, JSON.stringify({ ...whole, entries: whole.entries.slice(0, at) }));
  await migrateDatabase(database.url, folder);
  await rm(folder, { recursive: true });

  const state = openState(database.url);
  const origin = 'rolecall/older';
  const entries = Array.from({ length: 13 }, (_, n) => oldEntry(30 - n));
  await state.sql.begin(async (tx) => {
    await declareAudited(tx);
    await tx`insert into installation (log_origin, epoch, catalogue_version) values (${origin}, 'e', 1)`;
    for (const each of entries) await appendOld(tx, each);
    let chain = sha256(chainStartInput(origin));
    for (const [index, { body }] of entries.entries()) {
      chain = sha256(chainInput(index + 1, chain, sha256(leafInput(Buffer.from(body)))));
      await tx`insert into audit.seq select ${index + 1}, n, ${chain} from audit.entry where id = ${entries[index]!.id}`;
    }
    await tx`delete from audit.pending`;
  });
  const app = await startTestConsole({ databaseUrl: database.url });
  await signed(state);
  const { code, text } = logVerify('--database-url', database.url);
  expect(text).toContain('INTACT');
  expect(code).toBe(0);
  await app.stop();
  await state.close();
});
