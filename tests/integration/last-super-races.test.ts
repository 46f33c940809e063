import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { randomInt } from 'node:crypto';
import { ApiClient, type Result } from '../support/api-client';
import { startTestConsole, type TestConsole } from '../support/console';
import { until } from '../support/replica';
import { revivable, revive, type Revivable } from '../support/revive';
import { openState, type StateProbe } from '../support/state';
import { trials, TRIALS_TIMEOUT } from '../support/trials';

// Two Super Administrators against each other, or each against themselves, at the same moment, each at a console of
// their own.

const SUPER = 'super_administrator';
/** Codes that losing a race may bring. Whoever lost their session to the winner is signed out. */
const LOST = /^(access\/|auth\/signed-out$|auth\/step-required$|conflict\/|not-found$)/;

let app: TestConsole;
let other: TestConsole;
let state: StateProbe;

beforeAll(async () => {
  app = await startTestConsole();
  other = await startTestConsole({ databaseUrl: app.databaseUrl });
  state = openState(app.databaseUrl);
});
afterAll(async () => {
  await state.close();
  await other.stop();
  await app.stop();
});

/** Somebody with a session at a console, to be brought back after each race. */
async function fighter(at: TestConsole, name: string): Promise<Revivable> {
  const { id, client } = await app.person(name, SUPER);
  const there = new ApiClient(at.origin);
  there.cookie = client.cookie;
  return revivable(state, id, there);
}

async function usableSupers(): Promise<number> {
  const [row] = await state.sql<
    { n: number }[]
  >`select count(*)::int as n from administrators a where is_usable_super(a)`;
  return row!.n;
}

/** Code of the refusal: of the call as a whole, or of the part that matters; null: none. */
function refusalOf({ refusal, value }: Result<unknown>): string | null {
  if (refusal) return refusal.code;
  const { refused = [], results = [] } = (value ?? {}) as {
    refused?: { code: string }[];
    results?: { refused: { code: string } | null }[];
  };
  return refused[0]?.code ?? results[0]?.refused?.code ?? null;
}

function told(result: Result<unknown>): string {
  return `${result.status} ${refusalOf(result) ?? 'done'}`;
}

/** Every endpoint by which one person can make another one, or themselves, no usable Super Administrator. */
type Endpoint = (by: ApiClient, id: string) => Promise<Result<unknown>>;
const SEEN = Number.MAX_SAFE_INTEGER;
const bulk =
  (action: object): Endpoint =>
  (by, id) =>
    by.try('administrators.bulk', { ids: [id], action });
const ENDPOINTS: Record<string, Endpoint> = {
  demote: (by, id) => by.try('administrators.update', { id, seen: SEEN, roleId: 'admin' }),
  suspend: (by, id) => by.try('administrators.suspend', { id }),
  deactivate: (by, id) => by.try('administrators.delete', { id }),
  invite: (by, id) => by.try('administrators.resetPassword', { id }),
  'ask for a second factor': (by, id) => by.try('administrators.require2fa', { id }),
  'demote in bulk': bulk({ kind: 'assignRole', roleId: 'support' }),
  'suspend in bulk': bulk({ kind: 'suspend' }),
  'ask for a second factor in bulk': bulk({ kind: 'require2fa' })
};
const NAMES = Object.keys(ENDPOINTS);

test(
  '[ACC-5] two Super Administrators at each other or at themselves: one is left, and the loser is told why',
  { timeout: TRIALS_TIMEOUT },
  async () => {
    const fighters = [await fighter(app, 'Romulus'), await fighter(other, 'Remus')] as const;
    // Nobody else counts: the owner is no usable Super Administrator in these races.
    await state.audited(async (tx) => {
      await tx`select set_config('app.rescue', 'on', true)`;
      await tx`update administrators set require_2fa = true where id = ${app.ownerId}`;
    });
    const won = { first: 0, second: 0, nobody: 0 };
    for (let n = 0; n < trials(80, 1000); n++) {
      await revive(state, fighters);
      const endpoints = fighters.map(() => NAMES[randomInt(NAMES.length)]!);
      // Each against the other; sometimes both against the same one, or each against themselves.
      const targets = (
        [
          [1, 0],
          [1, 0],
          [0, 0],
          [0, 1]
        ] as const
      )[n % 4]!;
      const results = await Promise.all(
        fighters.map(({ client }, at) => ENDPOINTS[endpoints[at]!]!(client, fighters[targets[at]!]!.id))
      );
      const story = `race ${n}: ${endpoints.join(' against ')}, at ${targets.join(' and ')}: ${results.map(told).join(' | ')}`;
      expect(await usableSupers(), story).toBeGreaterThan(0);
      const refusals = results.map(refusalOf);
      for (const [at, result] of results.entries()) {
        expect(result.status, story).toBeLessThan(500);
        if (refusals[at] !== null) expect(refusals[at], story).toMatch(LOST);
      }
      won[refusals[0] === null ? 'first' : refusals[1] === null ? 'second' : 'nobody'] += 1;
    }
    expect(won.first).toBeGreaterThan(0);
    expect(won.second).toBeGreaterThan(0);
    await state.audited((tx) => tx`update administrators set require_2fa = false where id = ${app.ownerId}`);
  }
);

describe('[OWN-1] the ownership', () => {
  test(
    'accepted many times at once, while it is taken back, declined or offered to somebody else: one owner',
    { timeout: TRIALS_TIMEOUT },
    async () => {
      const replacements = [
        await fighter(app, 'Heir Apparent'),
        await fighter(other, 'Heir Presumptive')
      ] as const;
      const owner = new ApiClient(other.origin);
      owner.cookie = app.owner.cookie;
      const former = await revivable(state, app.ownerId, owner);
      const outcomes = new Map<string, number>();
      for (let n = 0; n < trials(42, 1000); n++) {
        await revive(state, [former, ...replacements]);
        await state.audited(async (tx) => {
          await tx`update administrators set owner = false where owner`;
          await tx`update administrators set owner = true where id = ${app.ownerId}`;
          await tx`delete from ownership_offer`;
        });
        const [replacement, rival] =
          n % 2 === 0 ? replacements : ([replacements[1], replacements[0]] as const);
        await owner.call('owner.offer', { id: replacement.id });
        const accept = () => replacement.client.try('owner.accept');
        const against = [
          () => owner.try('owner.withdraw'),
          () => replacement.client.try('owner.decline'),
          () => owner.try('owner.offer', { id: rival.id }),
          () => rival.client.try('owner.accept'),
          () => owner.try('administrators.suspend', { id: replacement.id }),
          () => owner.try('administrators.update', { id: replacement.id, seen: SEEN, roleId: 'admin' }),
          () => owner.try('administrators.delete', { id: replacement.id })
        ];
        const calls = [accept, against[n % against.length]!, accept, accept];
        const results = await Promise.all(calls.map((call) => call()));
        const story = `race ${n}: ${results.map(told).join(' | ')}`;
        const owners = await state.sql<{ id: string }[]>`select id from administrators where owner`;
        expect(owners, story).toHaveLength(1);
        expect([replacement.id, app.ownerId], story).toContain(owners[0]!.id);
        for (const result of results) {
          expect(result.status, story).toBeLessThan(500);
          if (result.refusal) expect(result.refusal.code, story).toMatch(LOST);
        }
        const accepted = results.filter((result, at) => at !== 1 && result.status === 200);
        expect(accepted.length, story).toBe(owners[0]!.id === replacement.id ? 1 : 0);
        const [standing] = await state.sql<{ ok: boolean }[]>`select status = 'active' and deleted_at is null
          and role_id = ${SUPER} as ok from administrators where owner`;
        expect(standing, story).toEqual({ ok: true });
        const outcome = `${n % against.length}: ${accepted.length}`;
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      }
      // Both ways of ending were seen.
      expect([...outcomes.keys()].some((outcome) => outcome.endsWith('1'))).toBe(true);
    }
  );
});

// Locks are taken in one order. A circle would be seen by nobody but those who wait a second until Postgres breaks it.
test('in none of these races two waited for each other', async () => {
  const busy = () => state.sql`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and application_name = 'rolecall app' and backend_start < ${raced}`;
  const raced = new Date();
  // What a connection counted is known to all when it ends, at the latest.
  await until(async () => (await busy()).length === 0, 'the connections of the races are over');
  const [row] = await state.sql<
    { deadlocks: number }[]
  >`select deadlocks::int from pg_stat_database where datname = current_database()`;
  expect(row!.deadlocks).toBe(0);
});
