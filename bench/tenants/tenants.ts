import { openReplica } from '../../tests/support/replica';
import type { BenchPostgres } from '../postgres';
import { install, startOurs, type Ours } from '../servers/ours';
import { freePort } from '../servers/peer';
import { spread, type Spread } from '../statistics';
import { measureBeside, type BesideCost } from './beside-asks';
import { plantBoth, type Planted } from './plant';

/** The same of users and of administrators: milliseconds. */
export type Pair = { what: string; users: Spread; administrators: Spread };
export type TenantCosts = { pairs: Pair[]; beside: BesideCost };

/** Number of times each is done. */
const TURNS = 40;
/** Number of times a whole list is opened. */
const OPENINGS = 5;

type Act = (n: number) => Promise<unknown>;

/**
 * 10,000 users in 50 packages beside as many administrators in as many roles; then a package that changes while mail
 * goes out (TEN-2, TEN-8).
 */
export async function measureTenants(
  database: BenchPostgres,
  rounds: number,
  say: (what: string) => void
): Promise<TenantCosts> {
  const installation = await install(await database.createDatabase('rolecall_tenants'));
  const port = await freePort();
  const ours = await startOurs(installation, { POLICY_LISTEN: `127.0.0.1:${port}` });
  try {
    say('10,000 users in 50 packages');
    const planted = await plantBoth(installation);
    const pairs = await measurePairs(ours, planted);
    say('a package that changes beside the mail server');
    const beside = await measureBeside(ours, port, planted, rounds);
    return { pairs, beside };
  } finally {
    await ours.stop();
  }
}

async function measurePairs(
  { installation: { owner } }: Ours,
  { packages, roles }: Planted
): Promise<Pair[]> {
  const seen = Number.MAX_SAFE_INTEGER;
  const name = (n: number) => String((n * 977) % 10_000).padStart(5, '0');
  const at = (all: readonly string[], n: number) => all[n % all.length]!;
  const opened =
    (document: string): Act =>
    () =>
      openWhole(() => openReplica(owner, document));
  const acts: [what: string, turns: number, users: Act, administrators: Act][] = [
    [
      'a page of the list',
      TURNS,
      (n) => owner.call('users.list', { packageId: at(packages, n), limit: 50 }),
      (n) => owner.call('administrators.list', { roleId: at(roles, n), limit: 50 })
    ],
    [
      'a name is searched',
      TURNS,
      (n) => owner.call('users.list', { search: `client ${name(n)}`, limit: 50 }),
      (n) => owner.call('administrators.list', { search: `member ${name(n)}`, limit: 50 })
    ],
    [
      'what 200 of them have is changed',
      TURNS,
      (n) => owner.call('packages.update', { id: at(packages, n), seen, caps: { daily: 2_000_000 + n } }),
      (n) => owner.call('roles.edit', { id: at(roles, n), seen, grant: ['audience.contacts.export'] })
    ],
    [
      'and gets another name',
      TURNS,
      (n) => owner.call('packages.update', { id: at(packages, n), seen, name: `Package, number ${n}` }),
      (n) => owner.call('roles.edit', { id: at(roles, n), seen, name: `Desk, number ${n}` })
    ],
    ['the whole list is opened', OPENINGS, opened('users'), opened('people')]
  ];
  const pairs: Pair[] = [];
  for (const [what, turns, users, administrators] of acts)
    pairs.push(await inTurns(what, turns, users, administrators));
  return pairs;
}

/** Both acts in turns, so that whatever else the machine does meanwhile hits both alike. */
async function inTurns(what: string, turns: number, users: Act, administrators: Act): Promise<Pair> {
  const took: { users: number[]; administrators: number[] } = { users: [], administrators: [] };
  for (let n = 0; n < turns; n++)
    for (const [whose, act] of [
      ['users', users],
      ['administrators', administrators]
    ] as const) {
      const began = performance.now();
      await act(n);
      took[whose].push(performance.now() - began);
    }
  return { what, users: spread(took.users), administrators: spread(took.administrators) };
}

/** Opens a document, and waits until all of it is here. */
async function openWhole(open: () => ReturnType<typeof openReplica>): Promise<void> {
  const { provider, destroy } = open();
  if (!provider.synced) await new Promise<void>((resolve) => provider.once('sync', () => resolve()));
  destroy();
}
