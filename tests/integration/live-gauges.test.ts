import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { SQL } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import type { SenderCell } from '../../src/lib/documents/cells';
import { gaugesMap, platformMap } from '../../src/lib/documents/list-docs';
import { gaugesOf } from '../../src/lib/core/quotas/account';
import { openDatabase } from '../../src/lib/server/db/driver/client';
import { readMoved } from '../../src/lib/server/db/tables/gauges-table';
import { charge, peekLedger, releaseCharge, takeLease } from '../../src/lib/server/db/tables/ledger-table';
import { toGauges } from '../../src/lib/server/services/quotas/gauges';
import { LiveGauges } from '../../src/lib/server/services/quotas/live-gauges';
import { seeded } from '../faults/random';
import { plantApplication, type Planted } from '../support/applications';
import { startTestConsole, type TestConsole, type TestPerson } from '../support/console';
import { ask, openTestLedger, personLayer } from '../support/ledger';
import { askEndpoint } from '../support/program';
import { openReplica, until, type TestReplica } from '../support/replica';
import { openState, type StateProbe } from '../support/state';
import { signedInUsers } from '../support/tenant-sign-in';

// How everybody stands, as it moves: read from rows, twice a second at most, and kept nowhere.

describe('[QUO-6] gauges read from rows', () => {
  test('gauges read from rows are those that the ledger itself tells, over months of a made-up clock', async () => {
    const ledger = await openTestLedger(2);
    const { db } = ledger.handle;
    const seed = Math.floor(Math.random() * 1e9);
    const { pick, whole, chance, next } = seeded(seed);
    const people = Array.from({ length: 4 }, (_, at) =>
      personLayer(
        randomUUID(),
        [{ hourly: 40, daily: 90 }, { monthly: 300 }, { hourly: 0, threads: 2 }, {}][at]!
      )
    );
    const charges: { caller: string; id: string }[] = [];
    let [at, zone] = [Date.parse('2026-03-27T20:00:00Z'), 'Europe/Berlin'];
    const ZONES = ['Europe/Berlin', 'Asia/Tokyo', 'America/Havana'];
    try {
      for (let step = 0; step < 150; step++) {
        at += pick([1000, 60_000, 240_000, 3_000_000, 20_000_000, 90_000_000]);
        if (chance(0.04)) zone = pick(ZONES);
        // Users have a zone of their own.
        if (chance(0.04)) people[0] = { ...people[0]!, zone: pick(ZONES) };
        await ledger.setClock(new Date(at));
        const layer = pick(people);
        const given = ask([layer], whole(1, 12), {
          zone,
          ttlSeconds: chance(0.4) ? pick([30, 4000]) : null
        });
        const action = next();
        if (action < 0.7) {
          const answer = await charge(db, given);
          if (answer.outcome === 'granted') charges.push({ caller: given.caller, id: answer.id });
        } else if (action < 0.8 && charges.length > 0) await releaseCharge(db, pick(charges));
        else if (action < 0.9) await takeLease(db, { ...given, subject: layer.account, ttlSeconds: 90 });
        const own = people[0]!.zone ?? zone;
        const moved = await readMoved(db, { zone, zones: [own], whose: null, since: null });
        for (const each of people) {
          const told = toGauges(await peekLedger(db, { units: 1, zone, layers: [each] }));
          const threads = moved.threads.get(each.account) ?? { count: 0, freesAt: null };
          const read = gaugesOf(
            moved.accounts.get(each.account) ?? null,
            each,
            threads,
            moved.moments.get(each.zone ?? zone)!
          );
          expect(read, `seed ${seed}, step ${step}`).toEqual(told);
        }
      }
    } finally {
      await ledger.stop();
    }
  });

  test.each(['2026-04-10T15:00:00Z', '2026-04-12T12:00:00Z', '2026-05-20T12:00:00Z'])(
    'gauges read from rows are those of the ledger as soon as a clock that ran to %s is put right, before anybody charges',
    async (wrong) => {
      const ledger = await openTestLedger(2);
      const { db } = ledger.handle;
      const olga = personLayer(randomUUID(), { hourly: 40, daily: 90, threads: 2 });
      try {
        await ledger.setClock(new Date('2026-04-10T12:00:00Z'));
        await charge(db, ask([olga], 6));
        await ledger.setClock(new Date(wrong));
        await charge(db, ask([olga], 3));
        await charge(db, ask([olga], 5, { ttlSeconds: 600 }));
        await takeLease(db, { ...ask([olga], 1), subject: olga.account, ttlSeconds: 90 });
        const { horizon } = await readMoved(db, { zone: 'UTC', whose: null, since: null });
        await charge(db, ask([personLayer(randomUUID(), {})], 1));
        await ledger.setClock(new Date('2026-04-10T12:01:00Z'));
        const told = toGauges(await peekLedger(db, { units: 1, zone: 'UTC', layers: [olga] }));
        expect(told[0]!.used).toBe(9);
        const { accounts, threads, moment } = await readMoved(db, {
          zone: 'UTC',
          whose: null,
          since: horizon
        });
        const running = threads.get(olga.account) ?? { count: 0, freesAt: null };
        expect(gaugesOf(accounts.get(olga.account) ?? null, olga, running, moment)).toEqual(told);
      } finally {
        await ledger.stop();
      }
    }
  );

  // Tests beside this one have transactions too: it is quiet between them.
  test('a look brings what was written since the one before, of whoever wrote it, and nothing else', async () => {
    const ledger = await openTestLedger(3);
    const { db } = ledger.handle;
    const [one, other] = [personLayer(randomUUID(), {}), personLayer(randomUUID(), {})];
    const moved = (since: string | null, whose: string[] | null = null) =>
      readMoved(db, { zone: 'UTC', whose, since });
    try {
      await charge(db, ask([one], 1));
      await charge(db, ask([other], 1));
      const first = await moved(null);
      expect([...first.accounts.keys()].sort()).toEqual([one.account, other.account].sort());
      // Begun before the look, committed after it: it comes with a later one.
      await ledger.sql.begin(async (tx) => {
        await tx`update ledger_accounts set day_used = 7 where account = ${other.account}`;
        const during = await moved(first.horizon);
        await charge(db, ask([one], 2));
        const next = await moved(during.horizon);
        expect([...next.accounts.keys()]).toContain(one.account);
        expect(next.accounts.get(other.account)?.ofDay.used ?? 1).toBe(1);
        first.horizon = next.horizon;
      });
      const last = await moved(first.horizon);
      expect(last.accounts.get(other.account)?.ofDay.used).toBe(7);
      // What is older than the oldest transaction that runs anywhere is not read again.
      await until(
        async () => (await moved((await moved(null)).horizon)).accounts.size === 0,
        60_000,
        'quiet'
      );
      expect([...(await moved(null, [one.account])).accounts.keys()]).toEqual([one.account]);
    } finally {
      await ledger.stop();
    }
  });
});

describe('[QUO-6] [LIV-1] the documents of gauges', () => {
  let app: TestConsole;
  let second: TestConsole;
  let state: StateProbe;
  let sender: Planted;
  let olga: TestPerson;
  let paul: TestPerson;
  let viewer: TestPerson;

  beforeAll(async () => {
    app = await startTestConsole();
    second = await startTestConsole({ databaseUrl: app.databaseUrl });
    state = openState(app.databaseUrl);
    const role = async (name: string, permissions: string[]) =>
      (await app.owner.call<{ id: string }>('roles.create', { name, permissions })).id;
    sender = await plantApplication(state, { roleId: await role('Sending', ['quotas.ledger.consume']) });
    const own = await role('Senders', ['quotas.admin_quota.view_usage_own']);
    olga = await app.person('Olga Petrova', own);
    paul = await app.person('Paul Mayer', own);
    viewer = await app.person(
      'Vera Viewer',
      await role('Viewers', ['quotas.ledger.view_usage', 'quotas.ledger.pause'])
    );
    for (const of of [app, second])
      await until(
        async () =>
          (await askEndpoint(of.origin, '/caps/v1/consume', { key: sender.key, body: {} })).status !== 401,
        'the key works'
      );
  });
  afterAll(async () => {
    await state.close();
    await second.stop();
    await app.stop();
  });

  const send = async ({ id }: { id: string }, units: number, at = app) => {
    const body = { subject: { type: 'administrator', id }, units, key: randomUUID() };
    const answer = await askEndpoint(at.origin, '/caps/v1/consume', { key: sender.key, body });
    expect(answer.body).toMatchObject({ granted: true });
  };
  /** The same session at the other process. */
  const atSecond = ({ client }: TestPerson) => Object.assign(second.anonymous(), { cookie: client.cookie });
  const soon = (ms: number) => new Date(Date.now() + ms).toISOString();
  const cell = (replica: TestReplica, { id }: { id: string }): SenderCell | undefined =>
    gaugesMap(replica.doc).get(`administrator:${id}`);
  const used = (replica: TestReplica, person: { id: string }) => cell(replica, person)?.daily.used;

  test('a charge at any process moves them at all of them within a second, as caps.usage says it', async () => {
    const elsewhere = atSecond(viewer);
    using here = openReplica(viewer.client, 'gauges');
    using there = openReplica(elsewhere, 'gauges');
    await here.synced();
    await there.synced();
    for (const at of [app, second]) {
      const before = used(here, olga) ?? 0;
      await send(olga, 3, at);
      await until(() => used(here, olga) === before + 3 && used(there, olga) === before + 3, 'moved');
    }
    const [usage] = await viewer.client.call<{ subject: object; caps: Record<string, object> }[]>(
      'caps.usage',
      {
        ids: [olga.id]
      }
    );
    const { sender: who, minutes, ...caps } = cell(here, olga)!;
    expect(who).toEqual({ ...usage!.subject, status: 'active' });
    expect(minutes.at(-1)! + minutes.at(-2)!).toBe(6);
    for (const [cap, gauge] of Object.entries(caps))
      expect({ ...gauge, forecastAt: null }, cap).toEqual({ ...usage!.caps[cap], forecastAt: null });
    // Who has never sent is not among them.
    expect(cell(here, paul)).toBeUndefined();
  });

  test('one’s own are for oneself alone, before the first ask, too', async () => {
    using mine = openReplica(paul.client, 'own');
    using hers = openReplica(olga.client, 'own');
    await mine.synced();
    await hers.synced();
    expect([...gaugesMap(mine.doc).keys()]).toEqual([`administrator:${paul.id}`]);
    expect([...gaugesMap(hers.doc).keys()]).toEqual([`administrator:${olga.id}`]);
    const before = used(hers, olga)!;
    await send(paul, 2);
    await until(() => used(mine, paul) === 2, 'moved');
    expect(used(hers, olga)).toBe(before);
    expect(gaugesMap(hers.doc).size).toBe(1);
  });

  test('a pause and its end show, of one person and of everybody', async () => {
    using reader = openReplica(viewer.client, 'gauges');
    await reader.synced();
    await send(olga, 1);
    for (const subject of [{ type: 'administrator', id: olga.id }, 'platform']) {
      const paused = () => cell(reader, olga)?.daily.paused?.reason;
      await app.owner.call('caps.pause', { subject, reason: 'complaints' });
      await until(() => paused() === 'complaints', 'paused');
      expect(platformMap(reader.doc).get('paused')).toEqual(
        subject === 'platform'
          ? expect.objectContaining({ reason: 'complaints', by: 'Maya Lindqvist' })
          : null
      );
      await app.owner.call('caps.resume', { subject });
      await until(() => paused() === undefined, 'resumed');
    }
    await until(() => platformMap(reader.doc).get('paused') === null, 'resumed');
  });

  test('what is worked out bit by bit is what is worked out anew, when things end by themselves, too', async () => {
    const { db, close } = openDatabase({ url: app.databaseUrl, max: 2, name: 'gauges test' });
    const kept = new LiveGauges({ db });
    const everybody = { everybody: true, own: [] };
    const subject = { type: 'administrator', id: olga.id };
    const endpoint = (name: string, body: object) =>
      askEndpoint(app.origin, `/caps/v1/${name}`, { key: sender.key, body });
    const steps: [string, () => Promise<unknown>][] = [
      ['nothing', () => Promise.resolve()],
      ['a charge', () => send(olga, 2)],
      ['another’s', () => send(paul, 1)],
      [
        'a lease',
        () => endpoint('leases', { subject: { ...subject, id: paul.id }, key: randomUUID(), ttlSeconds: 5 })
      ],
      ['a hold', () => endpoint('reserve', { subject, units: 5, key: randomUUID(), ttlSeconds: 2 })],
      [
        'pauses, one with an end',
        async () => {
          await app.owner.call('caps.pause', { subject, reason: 'a while', until: soon(3000) });
          await app.owner.call('caps.pause', {
            subject: { type: 'administrator', id: paul.id },
            reason: 'longer'
          });
          await sleep(1100);
        }
      ],
      ['the hold is over', () => sleep(1200)],
      ['the pause is over', () => sleep(1300)],
      ['the lease is over', () => sleep(1600)],
      ['a charge after all', () => send(olga, 1)]
    ];
    try {
      let clock = 0;
      for (const [step, act] of steps) {
        await act();
        // From the pauses on facts of people are not read again: time goes by, for what is worked out alone.
        if (!step.endsWith('over')) clock += 2000;
        const anew = async () => Object.fromEntries((await new LiveGauges({ db }).look(everybody, 0)).cells);
        // What ends in the middle of it, as minutes do, has ended in a look before or after.
        const before = await anew();
        const bitByBit = Object.fromEntries((await kept.look(everybody, clock)).cells);
        const after = await anew();
        expect(Object.keys(bitByBit).sort(), step).toEqual(Object.keys(after).sort());
        for (const [of, cell] of Object.entries(bitByBit))
          expect(cell, `${step}: ${of}`).toEqual(
            isDeepStrictEqual(cell, before[of]) ? before[of] : after[of]
          );
      }
    } finally {
      await close();
    }
  });

  test.each([true, false])(
    'of whoever comes, what is known of them alone is read; of everybody watched: %s',
    async (everybody) => {
      const { db, close } = openDatabase({ url: app.databaseUrl, max: 2, name: 'gauges test' });
      for (const { id } of [olga, paul])
        await app.owner
          .call('caps.resume', { subject: { type: 'administrator', id } })
          .catch(() => undefined);
      const ownOf = ({ id }: TestPerson) => `administrator:${id}`;
      await send(olga, 1);
      await send(paul, 1);
      /** Reads of facts, by how many they are asked of: by `readSenders`, which says the ids last. */
      let asked: string[] = [];
      const counting = new Proxy(db, {
        get: (of, name, self) => {
          const found: unknown = Reflect.get(of, name, self);
          if (name !== 'execute') return typeof found === 'function' ? found.bind(of) : found;
          return (query: Parameters<typeof db.execute>[0]) => {
            const { sql: text } = new PgDialect().sqlToQuery(query as SQL);
            if (text.includes('from ledger_accounts s')) asked.push(text.includes('age(') ? 'moved' : 'all');
            else if (text.includes('"suspendedUntil"')) asked.push('facts');
            return of.execute(query);
          };
        }
      });
      const kept = new LiveGauges({ db: counting });
      const cellsAnew = async (own: string[]) =>
        Object.fromEntries((await new LiveGauges({ db }).look({ everybody, own }, 0)).cells);
      try {
        await kept.look({ everybody, own: [ownOf(olga)] }, 0);
        await kept.look({ everybody, own: [ownOf(olga)] }, 1);
        const all = [olga, paul, viewer].map(ownOf);
        // Before and after it: between two looks a minute may end.
        const anew = [await cellsAnew(all)];
        asked = [];
        const bit = await kept.look({ everybody, own: all }, 2);
        expect(asked).toEqual(everybody ? ['facts', 'moved'] : ['facts', 'all', 'moved']);
        anew.push(await cellsAnew(all));
        expect(anew).toContainEqual(Object.fromEntries(bit.cells));
        // Gone for a while, and back: what was sent meanwhile is there.
        await kept.look({ everybody, own: [ownOf(olga)] }, 3);
        await send(paul, 3);
        const then = [await cellsAnew(all.slice(0, 2))];
        const back = Object.fromEntries((await kept.look({ everybody, own: all.slice(0, 2) }, 4)).cells);
        then.push(await cellsAnew(all.slice(0, 2)));
        const shown = Object.keys(then[0]!).map((account) => [account, back[account]]);
        expect(then).toContainEqual(Object.fromEntries(shown));
      } finally {
        await close();
      }
    }
  );

  test('move twice a second at most, and are kept in no table', async () => {
    using reader = openReplica(viewer.client, 'gauges');
    await reader.synced();
    let updates = 0;
    reader.doc.on('update', () => updates++);
    const began = performance.now();
    await until(async () => (await send(olga, 1), updates > 3), 'moved');
    // From before the first of them: some that were sent apart may arrive together.
    expect(updates - 1).toBeLessThanOrEqual(Math.ceil((performance.now() - began) / 450));
    const kept = await state.sql`select name from documents where name in ('gauges', 'own')`;
    expect(kept).toHaveLength(0);
  });

  test('whoever comes back to another process begins anew', async () => {
    const doc = new Y.Doc();
    {
      using reader = openReplica(viewer.client, 'gauges');
      await reader.synced();
      Y.applyUpdate(doc, Y.encodeStateAsUpdate(reader.doc));
    }
    using elsewhere = openReplica(atSecond(viewer), 'gauges', doc);
    await until(() => elsewhere.closes.includes(4410), 'closed');
  });

  test('[TEN-3] a user’s own, read with its rows alone, say what staff’s say of it, as it moves', async () => {
    const { user } = signedInUsers(app, state);
    const [mine, other] = [await user(), await user()];
    using own = openReplica(mine.client, 'own');
    using all = openReplica(viewer.client, 'gauges');
    await own.synced();
    await all.synced();
    const account = `user:${mine.id}`;
    const charged = async ({ id }: { id: string }) => {
      const body = { subject: { type: 'user', id }, units: 2, key: randomUUID() };
      const asked = await askEndpoint(app.origin, '/caps/v1/consume', { key: sender.key, body });
      expect(asked.body).toMatchObject({ granted: true });
    };
    const seen = Number.MAX_SAFE_INTEGER;
    const subject = { type: 'user', id: mine.id };
    const steps: [string, () => Promise<unknown>, (cell: SenderCell) => boolean][] = [
      ['charged', () => charged(mine), ({ daily }) => daily.used === 2],
      [
        'another cap of the package',
        () => app.owner.call('packages.update', { id: mine.packageId, seen, caps: { daily: 77 } }),
        ({ daily }) => daily.limit === 77
      ],
      [
        'paused',
        () => app.owner.call('caps.pause', { subject, reason: 'complaints' }),
        ({ daily }) => daily.paused?.reason === 'complaints'
      ],
      [
        'resumed',
        () => app.owner.call('caps.resume', { subject }),
        ({ daily }) => daily.paused === undefined
      ],
      [
        'charged beside another',
        () => Promise.all([other, mine].map(charged)),
        ({ daily }) => daily.used === 4
      ]
    ];
    for (const [what, act, is] of steps) {
      await act();
      const shown = () => gaugesMap(own.doc).get(account);
      await until(() => shown() !== undefined && is(shown()!), what);
      await until(() => isDeepStrictEqual(gaugesMap(all.doc).get(account), shown()), what);
      expect([...gaugesMap(own.doc).keys()]).toEqual([account]);
    }
  });

  test('[LIV-9] who may not see them any more is out at once', async () => {
    const { id } = await app.owner.call<{ id: string }>('roles.create', {
      name: 'For a while',
      permissions: ['quotas.ledger.view_usage']
    });
    const wanda = await app.person('Wanda While', id);
    using reader = openReplica(wanda.client, 'gauges');
    await reader.synced();
    await app.owner.call('roles.edit', {
      ...{ id, seen: Number.MAX_SAFE_INTEGER },
      revoke: ['quotas.ledger.view_usage']
    });
    await until(() => reader.closes.includes(4403), 'closed');
  });
});
