import { setTimeout as sleep } from 'node:timers/promises';
import { verify } from '@node-rs/argon2';
import postgres from 'postgres';
import { ApiClient } from '../tests/support/api-client';
import type { Ours } from './servers/ours';
import { spread, type Spread } from './statistics';

/** Number of people who sign in: as many as are hashed at once, and as many again who wait. */
const PEOPLE = 8;
const FLOOR_AT_ONCE = 4;
const TURN_MS = 4000;
const INITIAL = 'an initial sentence for the bench';
const PASSWORD = 'a sentence of one’s own for the bench';

export type SignInCost = {
  perSecond: number;
  /** Milliseconds of one sign-in. */
  took: Spread;
  /** Comparisons a second of the same hash, with nothing around them. */
  floorPerSecond: number;
  /** Milliseconds by which the server's event loop was late, at the 99th percentile. */
  loopDelayP99: number;
};

/** Signs people in as fast as it goes, in turns with bare comparisons of the same hash. */
export async function measureSignIns({ installation, child }: Ours, rounds: number): Promise<SignInCost> {
  const people = await hire(installation);
  const stored = await passwordHash(installation.databaseUrl);
  const took: number[] = [];
  let compared = 0;
  let loopDelayP99 = 0;
  for (let round = 0; round < rounds; round++) {
    await child.loopDelay();
    await turn(people.length, async (n) => {
      const start = performance.now();
      await people[n]!.client.call('auth.signIn', { email: people[n]!.email, password: PASSWORD });
      took.push(performance.now() - start);
    });
    loopDelayP99 = Math.max(loopDelayP99, await child.loopDelay());
    await turn(FLOOR_AT_ONCE, async () => {
      if (!(await verify(stored, PASSWORD))) throw new Error('the bench compares with the wrong hash');
      compared += 1;
    });
    await sleep(200);
  }
  const seconds = (rounds * TURN_MS) / 1000;
  return {
    perSecond: took.length / seconds,
    took: spread(took),
    floorPerSecond: compared / seconds,
    loopDelayP99
  };
}

/** Does something over and over, so many at once, until the turn is over. */
async function turn(atOnce: number, work: (n: number) => Promise<void>): Promise<void> {
  const end = performance.now() + TURN_MS;
  const repeat = async (n: number) => {
    while (performance.now() < end) await work(n);
  };
  await Promise.all(Array.from({ length: atOnce }, (_, n) => repeat(n)));
}

/** People who have been here before: from a device that is known they are not slowed down together. */
async function hire({ origin, owner, email, password }: Ours['installation']) {
  // The session of the bench's beginning may be older than a sensitive step allows.
  await owner.call('auth.signIn', { email, password });
  const people: { client: ApiClient; email: string }[] = [];
  for (let n = 0; n < PEOPLE; n++) {
    const client = new ApiClient(origin);
    const person = { client, email: `signs.in${n}@northwind.example` };
    await owner.call('administrators.create', {
      name: `Signs In ${n}`,
      email: person.email,
      roleId: 'admin',
      password: INITIAL
    });
    await client.call('auth.signIn', { email: person.email, password: INITIAL });
    await client.call('auth.changePassword', { password: PASSWORD });
    people.push(person);
  }
  return people;
}

async function passwordHash(databaseUrl: string): Promise<string> {
  const sql = postgres(databaseUrl, { max: 1 });
  const [row] = await sql<
    { hash: string }[]
  >`select password_hash as hash from administrators where email_key = 'signs.in0@northwind.example'`;
  await sql.end();
  return row!.hash;
}
