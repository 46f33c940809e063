import type postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { judgeCheckpoint, type ToldCheckpoint } from '../../src/lib/core/log/witness';
import { openLogKeys, verifyEd25519 } from '../../src/lib/server/auth/log-key';
import { sha256 } from '../../src/lib/server/auth/token';
import { startSequencer } from '../../src/lib/server/services/log/sequencer/sequencer';
import { PASSWORD, SETUP_TOKEN, startTestConsole, type TestConsole } from '../support/console';
import { fetchExport, linesOf } from '../support/exported-log';
import { openUseCases, QUIET } from '../support/use-cases';
import { copyDatabase, createDatabase, type TestDatabase } from '../support/postgres';
import { until } from '../support/replica';
import { openState, signed, type StateProbe } from '../support/state';
import { logVerify, otherVerifiers } from '../support/verifiers';
import { within } from '../support/trials';

let database: TestDatabase;
let app: TestConsole;
let state: StateProbe;

beforeAll(async () => {
  database = await createDatabase();
  app = await startTestConsole({ databaseUrl: database.url });
  state = openState(database.url);
  await app.owner.call('setup.createOwner', {
    token: SETUP_TOKEN,
    name: 'Maya Lindqvist',
    email: 'maya@northwind.example',
    password: PASSWORD
  });
  const { client } = await app.person('Omar Haddad', 'support');
  await client.refused('roles.create', { name: 'Mine' });
  const stranger = { email: 'nobody@northwind.example', password: 'not the password at all' };
  await app.anonymous().refused('auth.signIn', stranger);
  for (let n = 0; n < 12; n++)
    await app.owner.call('roles.create', { name: `Role ${n} ü`, description: '“Größer”' });
});
afterAll(() => database.drop());

test('[LOG-6] the log of a running console verifies, by all who can read it', async () => {
  await signed(state);
  const { code, text } = logVerify('--database-url', database.url);
  expect(text).toMatch(/\nINTACT\n$/);
  expect(code).toBe(0);
  const lines = linesOf((await fetchExport(app.owner, { format: 'jsonl' })).text);
  const { size } = JSON.parse(lines[0]!) as { size: number };
  const [row] = await state.sql<{ vkey: string; root: Buffer; chain: Buffer }[]>`
    select t.first_vkey as vkey, c.root, c.chain from audit.tree t, audit.checkpoint c where c.size = ${size}`;
  const { vkey, root, chain } = row!;
  // While the others read, nothing is signed here.
  await signed(state);
  expect(logVerify('--database-url', database.url, '--key', vkey).code).toBe(0);
  for (const { name, judge } of otherVerifiers())
    expect(judge(lines), name).toMatchObject({
      ok: true,
      entries: size,
      root: root.toString('hex'),
      chain: chain.toString('hex')
    });
});

test('[LOG-6] a checkpoint covers an entry within a second', async () => {
  const began = performance.now();
  await app.owner.call('roles.create', { name: 'Soon signed' });
  await signed(state);
  // Polling included.
  expect(performance.now() - began).toBeLessThan(within(3000));
  const [row] = await state.sql<{ worst: number }[]>`
    select max(extract(epoch from c.at - (e.doc->>'at')::timestamptz))::float8 as worst
    from audit.seq s join audit.entry e using (n)
    cross join lateral (select at from audit.checkpoint where size >= s.seq order by size limit 1) c`;
  expect(row!.worst * 1000).toBeLessThan(within(5000));
});

test('[LOG-6] who knew an earlier log gets the proof that this one grew from it', async () => {
  const tools = { hash: sha256, verify: verifyEd25519 };
  const ask = (since?: number) =>
    app.owner.call<ToldCheckpoint & { size: number }>('log.checkpoint', since === undefined ? {} : { since });
  const first = await judgeCheckpoint(null, await ask(), tools);
  if (first.state !== 'intact') throw new Error(first.state);
  await app.owner.call('roles.create', { name: 'Grown' });
  await signed(state);
  const answer = await ask(first.size);
  expect(await judgeCheckpoint(first.held, answer, tools)).toMatchObject({
    state: 'intact',
    size: answer.size
  });
  expect(answer.size).toBeGreaterThan(first.size);
  expect(answer.proof!.length).toBeLessThanOrEqual(2 * Math.ceil(Math.log2(answer.size)));

  // What a witness reports is looked into: nothing is wrong here, and nobody can say so with a note that we did not
  // sign.
  expect(await app.owner.call('log.reportInconsistent', { note: first.held.note })).toEqual({
    confirmed: false
  });
  const forged = first.held.note.replace(/\n\d+\n/, '\n999999\n');
  expect((await app.owner.refused('log.reportInconsistent', { note: forged })).code).toBe('input/invalid');
  expect(await state.entries('audit.inconsistent')).toBe(0);
});

describe('[LOG-6] tampering by the owner of the tables is found by the command', () => {
  // Nobody works on it any more: what is copied is all there is.
  beforeAll(async () => {
    await signed(state);
    await state.close();
    await app.stop();
  });

  const KINDS: [string, string, (tx: postgres.TransactionSql) => Promise<unknown>][] = [
    [
      'a body',
      'V4 entry 9',
      async (tx) => {
        const [row] = await tx<
          { n: number; body: string }[]
        >`select n::int, convert_from(body, 'UTF8') as body from audit.entry join audit.seq using (n) where seq = 9`;
        const body = row!.body.replace('"success"', '"denied"');
        expect(body).not.toBe(row!.body);
        return tx`update audit.entry set body = convert_to(${body}, 'UTF8'), doc = ${body}::text::jsonb where n = ${row!.n}`;
      }
    ],
    [
      'what queries look at',
      'V3 entry 7',
      (tx) => tx`update audit.entry set doc = doc || '{"action":"x"}'
      where n = (select n from audit.seq where seq = 7)`
    ],
    [
      'an entry is gone',
      'V12 entry 11',
      (
        tx
      ) => tx`with gone as (select n from audit.seq where seq = 11), p as (delete from audit.pii where n in (select n from gone))
      delete from audit.entry where n in (select n from gone)`
    ],
    ['a number is gone', 'V1 entry 5', (tx) => tx`delete from audit.seq where seq = 5`],
    [
      'an entry without a number',
      'V8',
      (tx) => tx`insert into audit.entry (id, body, doc) values (gen_random_uuid(), '\\x7b7d', '{}')`
    ],
    [
      'a link of the chain',
      'V4 entry 6',
      (tx) => tx`update audit.seq set chain = sha256(chain) where seq = 6`
    ],
    [
      'two entries change places',
      'V4 entry 8',
      async (tx) => {
        const rows = await tx<{ n: number }[]>`select n::int from audit.seq where seq in (8, 9) order by seq`;
        await tx`update audit.seq set n = -1 where seq = 8`;
        await tx`update audit.seq set n = ${rows[0]!.n} where seq = 9`;
        return tx`update audit.seq set n = ${rows[1]!.n} where seq = 8`;
      }
    ],
    [
      'a node',
      'V5 entry 8',
      (tx) => tx`update audit.node set hash = sha256(hash) where level = 3 and idx = 0`
    ],
    ['a node too many', 'V5', (tx) => tx`insert into audit.node values (0, 999999, sha256('x'))`],
    [
      'personal data',
      'V11 entry 10',
      (tx) => tx`update audit.pii set doc = convert_to('{"ip":"203.0.113.9"}', 'UTF8')
      where n = (select n from audit.seq where seq = 10)`
    ],
    [
      'the last checkpoint is gone',
      'V7',
      (tx) => tx`delete from audit.checkpoint where size = (select max(size) from audit.checkpoint)`
    ],
    [
      'a checkpoint says something else',
      'V5',
      (tx) =>
        tx`update audit.checkpoint set root = sha256(root) where size = (select min(size) from audit.checkpoint)`
    ],
    [
      'a note is another one',
      'V6',
      (tx) => tx`update audit.checkpoint set note = (select note from audit.checkpoint order by size limit 1)
      where size = (select max(size) from audit.checkpoint)`
    ],
    ['another log’s name', 'V4 entry 1', (tx) => tx`update installation set log_origin = 'another'`]
  ];

  test.each(KINDS)('%s', async (_, where, change) => {
    await using target = await copyDatabase(database.url);
    const owner = openState(target.url);
    await owner.sql.begin(async (tx) => {
      await tx`set local session_replication_role = replica`;
      await change(tx);
    });
    await owner.close();
    const { code, text } = logVerify('--database-url', target.url);
    expect(text).toContain(where);
    expect(text).toMatch(/\nTAMPERED/);
    expect(code).toBe(1);
  });

  test('the end and all traces of it: nothing but an older note tells', async () => {
    await using target = await copyDatabase(database.url);
    const owner = openState(target.url);
    const [before] = await owner.sql<
      { note: string }[]
    >`select note from audit.checkpoint order by size desc limit 1`;
    await owner.sql.begin(async (tx) => {
      await tx`set local session_replication_role = replica`;
      const [kept] = await tx<
        { size: number }[]
      >`select size::int from audit.checkpoint order by size desc offset 2 limit 1`;
      const { size } = kept!;
      await tx`delete from audit.checkpoint where size > ${size}`;
      await tx`delete from audit.node where ((idx + 1) << level) > ${size}`;
      await tx`delete from audit.pii where n in (select n from audit.seq where seq > ${size})`;
      await tx`delete from audit.entry where n in (select n from audit.seq where seq > ${size})`;
      await tx`delete from audit.seq where seq > ${size}`;
      await tx`update audit.tree set size = ${size}`;
    });
    await owner.close();
    // Honest: without a witness nobody can tell.
    expect(logVerify('--database-url', target.url).code).toBe(0);
    const { code, text } = logVerify('--database-url', target.url, '--note', before!.note);
    expect([code, text]).toEqual([1, expect.stringContaining('V9')]);
  });

  test('a console on a changed tree numbers on, signs no more, and says so', async () => {
    await using target = await copyDatabase(database.url);
    const owner = openState(target.url);
    await owner.sql.begin(async (tx) => {
      await tx`set local session_replication_role = replica`;
      await tx`update audit.node set hash = sha256(hash) where level > 0 and idx = 0`;
    });
    const [before] = await owner.sql<{ size: number }[]>`select size::int from audit.tree`;
    const said: string[] = [];
    const keys = await openLogKeys({ file: '', env: Buffer.alloc(32, 8).toString('base64') });
    const open = await openUseCases(target.url, keys);
    const deps = {
      ...open.deps,
      log: { ...QUIET, error: (_: object, message: string) => void said.push(message) }
    };
    const sequencer = await startSequencer(deps, open.handle, {
      logOrigin: open.installation.logOrigin,
      keys
    });
    await owner.audited(async () => undefined);
    await owner.settled();
    await until(() => said.length > 0, 'the alarm');
    await sequencer.stop();
    await open.handle.close();
    expect(said[0]).toContain('the log was changed');
    const [after] = await owner.sql<
      { size: number; head: number }[]
    >`select size::int, (select max(seq)::int from audit.seq) as head from audit.tree`;
    expect(after!.size).toBe(before!.size);
    expect(after!.head).toBeGreaterThan(before!.size);
    await owner.close();
  });
});
