import { afterAll, beforeAll, expect, test } from 'vitest';
import { eraseNext, erasuresDue } from '../../src/lib/server/db/log/erasures-table';
import { eraseDue, tokensOf } from '../../src/lib/server/services/log/upkeep/erase-due';
import type { OpenConsole } from '../../src/lib/server/services/installation/open-console';
import { startTestConsole, type TestConsole } from '../support/console';
import { until } from '../support/replica';
import { openState, type StateProbe } from '../support/state';
import { tenantsOf } from '../support/tenants';
import { openUseCases } from '../support/use-cases';

// [LOG-7] [TEN-7] What is personal of somebody who is gone leaves the log by and by, whatever happens meanwhile.

const SEQUENCER = 1936028021;
const seen = 1_000_000;

let app: TestConsole;
let state: StateProbe;
let open: OpenConsole;
let make: ReturnType<typeof tenantsOf>;
let packageId: string;

beforeAll(async () => {
  app = await startTestConsole();
  state = openState(app.databaseUrl);
  open = await openUseCases(app.databaseUrl);
  make = tenantsOf(app.owner, state);
  packageId = await make.package();
});
afterAll(async () => {
  await open.handle.close();
  await state.close();
  await app.stop();
});

/** Entries about somebody that still have what is personal, without the two that say that they are gone. */
const left = async (id: string) =>
  (
    await state.sql<
      { action: string }[]
    >`select e.doc->>'action' as action from audit.entry e join audit.pii p using (n)
      where e.doc->'target'->>'id' = ${id} and e.doc->>'action' not in ('audit.erase', 'user.deleted') order by n`
  ).map(({ action }) => action);
const holding = async (text: string) =>
  (await state.sql`select 1 from audit.pii where convert_from(doc, 'UTF8') like ${`%${text}%`}`).length;

test('deleting waits for no erasure: one that is held up, or ended half-way, is taken up again', async () => {
  const id = await make.user(packageId);
  const other = await make.user(packageId);
  const { email } = await app.owner.call<{ email: string }>('users.get', { id });
  await app.owner.call('users.suspend', { id, reason: 'Spam trap' });
  await state.settled();
  // As long as somebody else has it, nothing leaves the log.
  const lock = await state.sql.reserve();
  await until(
    async () => (await lock<{ got: boolean }[]>`select pg_try_advisory_lock(${SEQUENCER}) as got`)[0]!.got,
    'the log stands still'
  );
  try {
    expect(await app.owner.call('users.delete', { id })).toEqual({ deleted: true });
    expect(await left(id)).toEqual(['user.created', 'user.suspended']);
    expect((await erasuresDue(database(), 10)).map(({ person }) => person)).toEqual([id]);
  } finally {
    await lock`select pg_advisory_unlock(${SEQUENCER})`;
    lock.release();
  }
  await until(async () => (await left(id)).length === 0, 'it is erased');
  await until(async () => (await holding(email)) === 0, 'their address is nowhere');
  expect(await left(other)).toEqual(['user.created']);
  // No address stays where it stood to be looked for.
  await until(async () => (await erasuresDue(database(), 10)).length === 0, 'it is done');
  expect(await state.sql`select emails, gone::int from audit.erasure where person = ${id}`).toEqual([
    { emails: [], gone: 2 }
  ]);
});

test('two processes, each with a block at a time, erase it once and all of it', async () => {
  const id = await make.user(packageId);
  for (let n = 0; n < 40; n++)
    await app.owner.call(n % 2 ? 'users.reactivate' : 'users.suspend', {
      id,
      ...(n % 2 ? {} : { reason: `Reason ${n}` })
    });
  for (let n = 0; n < 80; n++) await make.user(packageId);
  await state.settled();
  await app.owner.call('users.delete', { id });
  const run = async () => {
    for (let turn = 0; turn < 10_000; turn++) {
      const due = (await erasuresDue(database(), 10)).find(({ person }) => person === id);
      if (!due) return;
      await eraseNext(database(), due, tokensOf(due), { blocks: 1, ms: 10_000 });
    }
  };
  await Promise.all([run(), run(), eraseDue(open.deps)]);
  await until(async () => (await left(id)).length === 0, 'it is erased');
  await until(async () => (await holding('Reason 3')) === 0, 'what was written about them, too');
  expect(await state.sql`select gone::int from audit.erasure where person = ${id}`).toEqual([{ gone: 41 }]);
});

test('a name of theirs goes under another’s entry too, and with it what answers of earlier questions say', async () => {
  const [id, other] = [await make.user(packageId), await make.user(packageId)];
  const name = `${make.login()}@mine.example`;
  await app.owner.call('users.addSendingName', { id, name });
  await app.owner.call('users.addSendingName', { id: other, name, from: id });
  const answers = () =>
    state.sql<
      { answer: string }[]
    >`select answer::text as answer from operations where answer::text like ${`%${name}%`}`;
  await app.owner.call('users.addSendingName', { id, name: `second-${name}` });
  const again = { id, seen: 1, email: make.address(), op: crypto.randomUUID() };
  await app.owner.call('users.update', { ...again, seen });
  expect((await answers()).length).toBe(3);
  await app.owner.call('users.delete', { id });
  await until(async () => (await left(id)).length === 0, 'it is erased');
  await until(async () => (await holding(name)) === 0, 'under the other’s entry, too');
  // The other one has it now, and what was said of them stays.
  await until(async () => (await answers()).length === 1, 'answers of earlier questions do not say it');
  expect(await left(other)).toEqual(['user.created']);
  // Whoever asks the same again hears what became of them.
  expect(await app.owner.refused('users.update', { ...again, seen })).toEqual({
    code: 'not-found',
    what: 'user'
  });
});

test('nothing that is written about a user stays where it cannot be erased, nor in what documents were', async () => {
  const id = await make.user(packageId, { timeZone: 'Asia/Tokyo', caps: { daily: 100 } });
  const subject = { type: 'user', id };
  const until = new Date(Date.now() + 3_600_000).toISOString();
  await app.owner.call('caps.pause', { subject, reason: 'Ann Writer asked', until });
  await app.owner.call('caps.resume', { subject, reason: 'Ann Writer is back' });
  await app.owner.call('caps.pause', { subject, reason: 'Ann Writer again' });
  await app.owner.call('caps.raise', {
    subject,
    cap: 'daily',
    amount: 1,
    until,
    reason: 'Launch of Ann Writer'
  });
  await app.owner.call('caps.reset', { subject, cap: 'daily', reason: 'For Ann Writer' });
  await app.owner.call('users.update', { id, seen, timeZone: 'America/Havana' });
  const inBodies = async (text: string) =>
    (
      await state.sql`select 1 from audit.entry where doc->'target'->>'id' = ${id} and doc::text like ${`%${text}%`}`
    ).length;
  for (const said of ['Ann Writer', 'Asia/Tokyo', 'America/Havana'])
    expect(await inBodies(said), said).toBe(0);
  expect(await holding('Ann Writer')).toBe(5);
  const { email } = await app.owner.call<{ email: string }>('users.get', { id });
  const kept = async () => {
    const [row] = await state.sql<{ n: number }[]>`select
      (select count(*)::int from document_updates where name = 'users' and position(${Buffer.from(email)} in data) > 0)
      + (select count(*)::int from documents where name = 'users' and position(${Buffer.from(email)} in snapshot) > 0) as n`;
    return row!.n;
  };
  await until_(async () => (await kept()) > 0, 'the list has the address');
  await app.owner.call('users.delete', { id });
  await until_(async () => (await holding('Ann Writer')) === 0, 'it is erased');
  await until_(async () => (await kept()) === 0, 'the list does not have the address any more');
  const rows = await state.sql`select reason from send_pauses where subject = ${`user:${id}`}
    union all select reason from send_raises where subject = ${`user:${id}`}`;
  expect([...rows]).toEqual([]);
});

const until_ = (is: () => Promise<boolean>, what: string) => until(is, what);
const database = () => open.deps.db;
