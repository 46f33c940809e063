import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startTestConsole, type TestConsole, type TestPerson } from '../support/console';
import { until } from '../support/replica';
import { openState, type StateProbe } from '../support/state';
import { trials, TRIALS_TIMEOUT } from '../support/trials';
import { openUseCases } from '../support/use-cases';
import type { AuditActor } from '../../src/lib/core/log/entry';
import { auditedTransaction } from '../../src/lib/server/db/driver/transaction';
import { auditActor } from '../../src/lib/server/services/write-path/audit-actor';
import { deniedEvent } from '../../src/lib/server/services/write-path/denied-event';
import { endRepeatedDenials, recordDenial } from '../../src/lib/server/services/write-path/repeated-denials';

let app: TestConsole;
/** Another process on the same database. */
let second: TestConsole;
let state: StateProbe;
let nobody: TestPerson;
let lead: TestPerson;
let empty: string;

beforeAll(async () => {
  app = await startTestConsole();
  second = await startTestConsole({ databaseUrl: app.databaseUrl });
  state = openState(app.databaseUrl);
  const make = (name: string, permissions: string[]) =>
    app.owner.call<{ id: string }>('roles.create', { name, permissions });
  empty = (await make('No rights', [])).id;
  nobody = await app.person('Nora Nobody', empty);
  const rights = ['people.administrators.view', 'people.administrators.suspend'];
  lead = await app.person('Lea Lead', (await make('Leads', rights)).id);
});
afterAll(async () => {
  await state.close();
  await second.stop();
  await app.stop();
});
beforeEach(() => state.forgetDenials());

type Doc = {
  action: string;
  outcome: string;
  reason?: string;
  req: string;
  actor: { id: string | null; name: string | null };
  target: { type: string; id: string };
  change: { path: string; new: unknown }[];
};

const lastEntry = async () =>
  Number((await state.sql<{ n: number }[]>`select coalesce(max(n), 0) as n from audit.entry`)[0]!.n);
const since = async (n: number) =>
  (await state.sql<{ doc: Doc }[]>`select doc from audit.entry where n > ${n} order by n`).map(
    ({ doc }) => doc
  );
const facts = ({ change }: Doc) => Object.fromEntries(change.map((each) => [each.path, each.new]));
const minuteIsOver = () => state.sql`update denials set until = now() - interval '1 second'`;
const counted = async () =>
  (await state.sql<{ n: number }[]>`select coalesce(sum(repeats), 0)::int as n from denials`)[0]!.n;

/**
 * Entries from one on, once one of them is about repeated denials: whoever was first wrote it, which may be one of the
 * processes, that look once a minute.
 */
async function sinceTold(n: number): Promise<Doc[]> {
  let entries: Doc[] = [];
  await until(async () => {
    entries = await since(n);
    return entries.some(({ action }) => action === 'access.denied_again');
  }, 'repeated denials are told');
  return entries;
}

/** Number of denials that entries and open counters tell of, each once. */
const told = (entries: readonly Doc[], open: number) =>
  entries.reduce(
    (sum, doc) => sum + (doc.action === 'access.denied' ? 1 : Number(facts(doc)['times'])),
    open
  );

async function listAsNobody(of: TestConsole): Promise<number> {
  const response = await fetch(`${of.origin}/trpc/administrators.list?input=%7B%7D`, {
    headers: { cookie: nobody.client.cookie }
  });
  await response.text();
  return response.status;
}

describe('[LOG-1] [LOG-6] the same denied again', () => {
  test('at once, at two processes: one entry, the others are counted and told when their minute is over', async () => {
    const before = await lastEntry();
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, n) => listAsNobody(n % 2 ? app : second))
    );
    expect(new Set(answers)).toEqual(new Set([403]));
    const [first, ...others] = await since(before);
    expect(others).toEqual([]);
    expect(first).toMatchObject({
      action: 'access.denied',
      outcome: 'denied',
      reason: 'access/permission-required',
      actor: { id: nobody.id, name: 'Nora Nobody' }
    });
    expect(facts(first!)).toEqual({
      procedure: 'administrators.list',
      missing: ['people.administrators.view']
    });
    expect(await counted()).toBe(29);
    // The minute goes on: nothing is told yet.
    const processes = await Promise.all([openUseCases(app.databaseUrl), openUseCases(app.databaseUrl)]);
    const end = () => Promise.all(processes.map(({ deps }) => endRepeatedDenials(deps)));
    expect(await end()).toEqual([0, 0]);
    await minuteIsOver();
    // Two that did not count it end it at the same moment.
    const [one, other] = await end();
    expect(one! + other!).toBeLessThanOrEqual(1);
    expect(await end()).toEqual([0, 0]);
    await Promise.all(processes.map(({ handle }) => handle.close()));
    const [again, ...rest] = (await sinceTold(before)).slice(1);
    expect(rest).toEqual([]);
    expect(again).toMatchObject({ ...first, action: 'access.denied_again', ...unlike(again!) });
    expect(facts(again!)).toMatchObject({ ...facts(first!), times: 29 });
    // The next one begins anew.
    await listAsNobody(app);
    expect((await since(before)).map(({ action }) => action)).toEqual([
      'access.denied',
      'access.denied_again',
      'access.denied'
    ]);
  });

  test('after the minute, before anybody has told of it: both are told, and the next is an entry', async () => {
    const before = await lastEntry();
    for (let n = 0; n < 3; n++) await listAsNobody(app);
    await minuteIsOver();
    await Promise.all(Array.from({ length: 4 }, () => listAsNobody(app)));
    const entries = await since(before);
    expect(entries.map(({ action }) => action)).toEqual([
      'access.denied',
      'access.denied_again',
      'access.denied'
    ]);
    expect(facts(entries[1]!)).toMatchObject({ times: 2 });
    expect(told(entries, await counted())).toBe(7);
  });

  test('one that was never repeated leaves nothing behind', async () => {
    const before = await lastEntry();
    await listAsNobody(app);
    await minuteIsOver();
    const { deps, handle } = await openUseCases(app.databaseUrl);
    expect(await endRepeatedDenials(deps)).toBe(0);
    await handle.close();
    expect(await since(before)).toHaveLength(1);
    expect(await state.sql`select 1 from denials`).toHaveLength(0);
  });

  test('a batch of ten is one entry; changes that are denied are counted as questions are', async () => {
    const before = await lastEntry();
    const path = Array<string>(10).fill('administrators.list').join(',');
    const input = encodeURIComponent(JSON.stringify(Object.fromEntries(Array(10).fill({}).entries())));
    await fetch(`${app.origin}/trpc/${path}?batch=1&input=${input}`, {
      headers: { cookie: nobody.client.cookie }
    });
    // Without the permission nobody looks whom it is about: what is made up is the same.
    for (let n = 0; n < 5; n++)
      await nobody.client.refused('administrators.suspend', { id: n % 2 ? app.ownerId : randomUUID() });
    expect((await since(before)).map((doc) => facts(doc)['procedure'])).toEqual([
      'administrators.list',
      'administrators.suspend'
    ]);
    expect(await counted()).toBe(9 + 4);
  });

  test('what differs is an entry of its own: who, what, why, and over whom', async () => {
    const before = await lastEntry();
    const sue = await app.person('Sue Super', 'super_administrator');
    const made = await lastEntry();
    for (let n = 0; n < 2; n++) {
      await nobody.client.refused('administrators.list', {});
      await nobody.client.refused('roles.list');
      await lead.client.refused('roles.list');
      await lead.client.refused('administrators.suspend', { id: app.ownerId });
      await lead.client.refused('administrators.suspend', { id: sue.id });
      await lead.client.refused('administrators.suspend', { id: lead.id });
    }
    expect(made).toBeGreaterThan(before);
    expect((await since(made)).map(({ actor, target, reason }) => [actor.name, target.id, reason])).toEqual([
      ['Nora Nobody', 'administrators.list', 'access/permission-required'],
      ['Nora Nobody', 'roles.list', 'access/permission-required'],
      ['Lea Lead', 'roles.list', 'access/permission-required'],
      ['Lea Lead', app.ownerId, 'access/owner'],
      ['Lea Lead', sue.id, 'access/not-dominated'],
      ['Lea Lead', lead.id, 'access/self']
    ]);
    expect(await counted()).toBe(6);
  });

  test('an operation that is repeated is no denial: it gets its first answer, and is not counted', async () => {
    const before = await lastEntry();
    const input = { op: randomUUID(), id: app.ownerId };
    for (let n = 0; n < 3; n++) await lead.client.refused('administrators.suspend', input);
    expect(await since(before)).toHaveLength(1);
    expect(await counted()).toBe(0);
  });

  test('somebody who is denied very many different things is told of fifty of them, and of how many more', async () => {
    const before = await lastEntry();
    // Each is about another one of sixty people who may do more.
    const strong = await app.owner.call<{ id: string }>('roles.create', {
      name: 'Strong',
      permissions: ['people.roles.view']
    });
    const ids: string[] = [];
    for (let n = 0; n < 60; n++) {
      const { id } = await app.owner.call<{ id: string }>('administrators.create', {
        name: `Person ${n}`,
        email: `person.${n}@northwind.example`,
        roleId: strong.id,
        invite: true
      });
      ids.push(id);
    }
    const made = await lastEntry();
    expect(made).toBeGreaterThan(before);
    for (const id of ids) await lead.client.refused('administrators.suspend', { id });
    expect(await since(made)).toHaveLength(50);
    // Others are not concerned.
    await nobody.client.refused('roles.list');
    expect(await since(made)).toHaveLength(51);
    await minuteIsOver();
    const { deps, handle } = await openUseCases(app.databaseUrl);
    expect(await endRepeatedDenials(deps)).toBeLessThanOrEqual(1);
    await handle.close();
    const [rest, ...others] = (await sinceTold(made)).slice(51) as [Doc, ...Doc[]];
    expect(others).toEqual([]);
    expect(rest).toMatchObject({ action: 'access.denied_again', target: { id: lead.id } });
    expect(facts(rest)).toEqual({ times: 10, until: expect.any(String) as string });
  });

  test('[TEN-6] in a user’s place they are counted apart: by user, and from one’s own', async () => {
    const made = await lastEntry();
    const { deps, handle } = await openUseCases(app.databaseUrl);
    const actor = auditActor({ kind: 'administrator', id: lead.id, name: 'Lea Lead' }, 's', 1);
    const as = (id: string) => ({
      ...actor,
      onBehalfOf: { type: 'user' as const, id, name: `Client ${id}` }
    });
    const request = { id: randomUUID(), ip: null, peer: null, userAgent: null };
    const deny = async (by: AuditActor, times: number) => {
      for (let n = 0; n < times; n++) {
        const name = `procedure.${n}`;
        const event = deniedEvent(name, { type: 'procedure', id: name }, { code: 'access/signed-in-as' });
        await auditedTransaction(deps.db, (tx) => recordDenial(tx, { actor: by, request }, event));
      }
    };
    await deny(as('one'), 60);
    await deny(actor, 5);
    await deny(as('two'), 3);
    expect(await since(made)).toHaveLength(50);
    await minuteIsOver();
    expect(await endRepeatedDenials(deps)).toBeLessThanOrEqual(3);
    await handle.close();
    await until(async () => (await since(made)).length >= 53, 'all are told');
    const rest = (await since(made)).slice(50) as (Doc & { on_behalf_of?: { id: string } })[];
    const counts = rest.map((doc) => [doc.on_behalf_of?.id ?? null, facts(doc)['times']]);
    expect(counts.sort()).toEqual([
      [null, 5],
      ['one', 10],
      ['two', 3]
    ]);
    for (const doc of rest)
      expect(doc).toMatchObject({ action: 'access.denied_again', actor: { id: lead.id } });
  });

  test(
    'a flood of them, from many hands at once, adds few entries and loses none',
    { timeout: TRIALS_TIMEOUT },
    async () => {
      const calls = trials(600, 10_000);
      const before = await lastEntry();
      let sent = 0;
      const line = async () => {
        while (sent < calls) expect(await listAsNobody(sent++ % 2 ? app : second)).toBe(403);
      };
      const start = performance.now();
      await Promise.all(Array.from({ length: 20 }, line));
      const entries = await since(before);
      process.stdout.write(
        `denials: ${calls} in ${Math.round((performance.now() - start) / 1000)} s, ${entries.length} entries\n`
      );
      expect(entries.length).toBeLessThanOrEqual(100);
      expect(told(entries, await counted())).toBe(calls);
    }
  );
});

/** Fields that the entry of repeated denials has of its own. */
function unlike(doc: Doc): Partial<Doc> & Record<string, unknown> {
  const { change, req } = doc;
  const own = doc as unknown as Record<string, unknown>;
  return { change, req, id: own['id'], at: own['at'], pii: own['pii'] };
}
