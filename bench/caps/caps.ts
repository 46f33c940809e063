import { fileURLToPath } from 'node:url';
import { plantPeople } from '../../tests/support/accounts';
import { openState } from '../../tests/support/state';
import { migrateDatabase } from '../../src/lib/server/db/driver/migrate';
import { installPeers } from '../peers';
import type { BenchPostgres } from '../postgres';
import { install, startOurs } from '../servers/ours';
import { freePort } from '../servers/peer';
import {
  limiterOf,
  ourLedger,
  ourService,
  singleUpdate,
  LAYERS,
  type Contestant,
  type Course
} from './contestants';
import { measurePolicy, type PolicyCost } from './policy';
import { measureExactness, measureRates, type Exactness, type Rate } from './throughput';

export type CapCosts = {
  hot: Rate[];
  many: Rate[];
  exactness: Exactness[];
  policy: PolicyCost;
  versions: string;
};

const MIGRATIONS = fileURLToPath(new URL('../../drizzle', import.meta.url));
const MANY = 1000;
/** Limit that is never reached. */
const ENOUGH = 1_000_000_000;
const CAPPED = { subjects: 5, limit: 200 };

/** Measures what asking the ledger costs, beside others on the same Postgres in the same run. */
export async function measureCaps(
  database: BenchPostgres,
  rounds: number,
  say: (what: string) => void
): Promise<CapCosts> {
  const counting = await measureCounting(database, rounds, say);
  say('a mail server and the console');
  return { ...counting, policy: await policyOf(database, rounds) };
}

/** The ledger beside others that count, in this process. */
async function measureCounting(
  database: BenchPostgres,
  rounds: number,
  say: (what: string) => void
): Promise<Omit<CapCosts, 'policy'>> {
  say('installing peers of caps');
  const peers = await installPeers(['rate-limiter-flexible', 'pg']);
  try {
    const url = await database.createDatabase('rolecall_caps');
    await migrateDatabase(url, MIGRATIONS);
    const fresh = async () => database.createDatabase(`limits_${made++}`);
    say('one subject that everybody asks for');
    const one: Course = { subjects: 1, layers: 0, limit: ENOUGH };
    const hot = await together(
      [
        ourService(url, await peopleIn(url, 1, ENOUGH)),
        limiterOf(await fresh(), peers, one),
        singleUpdate(await fresh(), one)
      ],
      (all) => measureRates(all, 1, rounds)
    );
    say(`${MANY} subjects with ${LAYERS} layers`);
    const course: Course = { subjects: MANY, layers: LAYERS, limit: ENOUGH };
    const many = await together(
      [ourLedger(url, course), limiterOf(await fresh(), peers, course), singleUpdate(await fresh(), course)],
      (all) => measureRates(all, MANY, rounds)
    );
    say('twice as many asks as fit');
    const tight: Course = { ...CAPPED, layers: LAYERS };
    const exactness = await together(
      [
        ourService(url, await peopleIn(url, CAPPED.subjects, CAPPED.limit)),
        limiterOf(await fresh(), peers, { ...tight, layers: 0 }),
        limiterOf(await fresh(), peers, tight),
        singleUpdate(await fresh(), tight)
      ],
      async (all) => {
        const found: Exactness[] = [];
        for (const each of all) found.push(await measureExactness(each, CAPPED.subjects, CAPPED.limit));
        return found;
      }
    );
    return { hot, many, exactness, versions: peers.versions };
  } finally {
    await peers.remove();
  }
}

let made = 0;

async function together<T>(
  starting: (Contestant | Promise<Contestant>)[],
  measure: (all: Contestant[]) => Promise<T>
): Promise<T> {
  const all: Contestant[] = [];
  for (const each of starting) all.push(await each);
  try {
    return await measure(all);
  } finally {
    for (const each of all) await each.close();
  }
}

/** People who may send so much in each window; their ids. */
async function peopleIn(url: string, count: number, limit: number): Promise<string[]> {
  const state = openState(url);
  try {
    const [role] = await state.sql<{ id: string }[]>`select id from roles limit 1`;
    const roleId = role?.id ?? 'bench';
    if (!role)
      await state.audited(
        (tx) =>
          tx`insert into roles ${tx({ id: roleId, name: roleId, name_key: roleId, permission_count: 0 })}`
      );
    const caps = { hourly: limit, daily: limit, monthly: limit };
    return await plantPeople(
      state,
      Array.from({ length: count }, () => ({ roleId, caps }))
    );
  } finally {
    await state.close();
  }
}

async function policyOf(database: BenchPostgres, rounds: number): Promise<PolicyCost> {
  const installation = await install(await database.createDatabase('rolecall_policy'));
  const ids = await peopleIn(installation.databaseUrl, MANY, ENOUGH);
  const port = await freePort();
  const ours = await startOurs(installation, { POLICY_LISTEN: `127.0.0.1:${port}` });
  try {
    return await measurePolicy(
      ours,
      port,
      ids.map((id) => `${id}@northwind.example`),
      rounds
    );
  } finally {
    await ours.stop();
  }
}
