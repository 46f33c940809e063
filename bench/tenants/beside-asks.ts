import { setTimeout as sleep } from 'node:timers/promises';
import { grantedOf, wrongAnswers, type Asked, type Change } from '../../tests/support/asks-beside-changes';
import { openState, type StateProbe } from '../../tests/support/state';
import { askSteadily, openMailServer, type Answered } from '../caps/steady-asks';
import type { Ours } from '../servers/ours';
import { spread, type Spread } from '../statistics';
import type { Planted } from './plant';

const TURN_MS = 4000;
const EVERY_MS = 250;

export type BesideCost = {
  asks: number;
  changes: number;
  /** Refused whom the change does not concern, or answered by what stood before it or was not there yet. */
  wrong: number;
  /** Users of whom another number is counted than was granted. */
  miscounted: number;
  /** Milliseconds. */
  answer: Spread;
  change: Spread;
};

/**
 * Messages for the users of two packages at a steady pace, while one of the two is changed four times a second so
 * that it lets nothing, and everything, through.
 */
export async function measureBeside(
  ours: Ours,
  port: number,
  { packages: [changed = '', other = ''] }: Planted,
  rounds: number
): Promise<BesideCost> {
  const { databaseUrl } = ours.installation;
  const state = openState(databaseUrl);
  const idle = await openMailServer(port);
  try {
    const follow = new Set(await loginsOf(state, changed));
    const logins = [...follow, ...(await loginsOf(state, other))];
    // With one sent each, a limit of one leaves nothing.
    const answered = await askSteadily(idle, logins, logins.length * 4);
    const changes: Change[] = [];
    for (let round = 0; round < rounds; round++) {
      const [more] = await Promise.all([
        askSteadily(idle, logins, TURN_MS),
        changeSteadily(ours, changed, changes)
      ]);
      answered.push(...more);
    }
    const asked = answered.map(askedOf);
    return {
      asks: asked.length,
      changes: changes.length,
      wrong: wrongAnswers(asked, changes, (who) => follow.has(who)).length,
      miscounted: await miscounted(state, grantedOf(asked)),
      answer: spread(answered.map(({ due, until }) => until - due)),
      change: spread(changes.map(({ from, until }) => until - from))
    };
  } finally {
    for (const client of idle) client.vanish();
    await state.close();
  }
}

async function changeSteadily({ installation }: Ours, id: string, changes: Change[]): Promise<void> {
  const began = performance.now();
  while (performance.now() - began < TURN_MS - EVERY_MS) {
    await sleep(EVERY_MS);
    const bars = changes.length % 2 === 0;
    const from = performance.now();
    await installation.owner.call('packages.update', {
      ...{ id, seen: Number.MAX_SAFE_INTEGER, caps: { daily: bars ? 1 : 'inherit' } }
    });
    changes.push({ bars, from, until: performance.now() });
  }
}

/** @throws Error for an answer that is neither a yes nor a full cap */
function askedOf({ login, action, from, until }: Answered): Asked {
  const granted = action === 'DUNNO';
  if (!granted && !action.includes('is reached')) throw new Error(`the policy service says ${action}`);
  return { who: login, granted, from, until };
}

async function loginsOf({ sql }: StateProbe, packageId: string): Promise<string[]> {
  const rows = await sql<
    { email: string }[]
  >`select email from users where package_id = ${packageId} order by email`;
  return rows.map(({ email }) => email);
}

async function miscounted({ sql }: StateProbe, granted: ReadonlyMap<string, number>): Promise<number> {
  const rows = await sql<{ email: string; used: number }[]>`select u.email, a.day_used::int as used
    from ledger_accounts a join users u on a.account = 'user:' || u.id`;
  const counted = new Map(rows.map(({ email, used }) => [email, used]));
  return [...new Set([...counted.keys(), ...granted.keys()])].filter(
    (email) => (counted.get(email) ?? 0) !== (granted.get(email) ?? 0)
  ).length;
}
