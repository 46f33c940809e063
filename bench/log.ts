import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { eq, sql } from 'drizzle-orm';
import postgres from 'postgres';
import { openLogKeys } from '../src/lib/server/auth/log-key';
import { NO_KEYS } from '../src/lib/server/auth/no-keys';
import { openDatabase } from '../src/lib/server/db/driver/client';
import { migrateDatabase } from '../src/lib/server/db/driver/migrate';
import { insertRole } from '../src/lib/server/db/tables/roles-table';
import { roles } from '../src/lib/server/db/schema/roles';
import { pipelined } from '../src/lib/server/db/driver/pipelined';
import { auditedTransaction, type AuditedTransaction } from '../src/lib/server/db/driver/transaction';
import { record, SYSTEM, systemRequest } from '../src/lib/server/services/write-path/audit';
import { openConsole, type OpenConsole } from '../src/lib/server/services/installation/open-console';
import { startSequencer } from '../src/lib/server/services/log/sequencer/sequencer';
import { watchSignIns, type Visitor } from '../tests/faults/live-feed';
import { ApiClient } from '../tests/support/api-client';
import type { BenchPostgres } from './postgres';
import { install, startOurs } from './servers/ours';
import { spread, type Spread } from './statistics';

const WRITERS = 16;
/** Entries that are written all the same, many in a transaction. */
const FILLED = 20_000;
const FILLED_AT_ONCE = 200;
const TURN_MS = 4000;
const VISITORS = 10;
const CUT_MS = 30_000;
const NOTIFICATIONS = 200;
const INITIAL = 'an initial sentence for the bench';
const PASSWORD = 'a sentence of one’s own for the bench';
const MIGRATIONS = fileURLToPath(new URL('../drizzle', import.meta.url));

export type LogCost = {
  /**
   * Transactions a second of so many writers, with entry, number, chain, tree and signature; and the same writes
   * without.
   */
  writers: number;
  audited: number;
  bare: number;
  /** Milliseconds of one. */
  auditedTook: Spread;
  bareTook: Spread;
  /** Entries that the verifier reads in a second of processor time, all of it: canonical text, hashes, signatures. */
  verified: { entries: number; perCpuSecond: number };
  /**
   * Milliseconds from the answer to a sign-in until it stands in somebody's feed; and of a bare notification of
   * Postgres.
   */
  live: Spread;
  notified: Spread;
  /** The watcher's interruption: seconds, sign-ins meanwhile, milliseconds until all of them were there. */
  cut: { seconds: number; missed: number; caughtUp: number };
};

/** Measures what the log costs, and how fast its entries reach pages. */
export async function measureLog(
  database: BenchPostgres,
  rounds: number,
  say: (what: string) => void
): Promise<LogCost> {
  say('writing with and without a log');
  const url = await database.createDatabase('rolecall_log');
  const written = await measureWriting(url, rounds);
  say('verifying what was written');
  const verified = await measureVerifier(url);
  say('sign-ins in a live feed');
  const told = await measureLive(await database.createDatabase('rolecall_live'));
  return { writers: WRITERS, ...written, verified, ...told };
}

type Written = Pick<LogCost, 'audited' | 'bare' | 'auditedTook' | 'bareTook'>;

/** Both are measured in turns; nobody else is on this Postgres. */
async function measureWriting(url: string, rounds: number): Promise<Written> {
  await migrateDatabase(url, MIGRATIONS);
  const keys = await openLogKeys({ file: '', env: Buffer.alloc(32, 8).toString('base64') });
  const silent = () => undefined;
  const open = await openConsole({
    ...{
      url,
      pool: WRITERS,
      name: 'rolecall bench',
      catalogueFile: undefined,
      keyring: NO_KEYS,
      logKeys: keys
    },
    ...{ origin: 'http://localhost', log: { info: silent, warn: silent, error: silent } }
  });
  const owner = openDatabase({ url, max: WRITERS, name: 'rolecall bench', as: 'owner' });
  const { logOrigin } = open.installation;
  const sequencer = await startSequencer(open.deps, open.handle, { logOrigin, keys });
  try {
    await plant(open);
    // The same table without its guards, and nobody who writes of it.
    await owner.db.execute(sql`create table bench_roles as table roles`);
    await owner.db.execute(sql`alter table bench_roles add primary key (id)`);
    const audited = { count: 0, took: [] as number[] };
    const bare = { count: 0, took: [] as number[] };
    for (let round = 0; round < rounds; round++) {
      await turn(audited, (n) => writeAudited(open, roleOf(n)));
      await turn(bare, async (n) => {
        await owner.db.transaction(async (tx) => {
          await tx.execute(sql`update bench_roles set seq = seq + 1 where id = ${roleOf(n)}`);
        });
      });
    }
    await fill(open);
    const seconds = (rounds * TURN_MS) / 1000;
    return {
      audited: audited.count / seconds,
      bare: bare.count / seconds,
      auditedTook: spread(audited.took),
      bareTook: spread(bare.took)
    };
  } finally {
    await caughtUp(url);
    await sequencer.stop();
    await owner.close();
    await open.handle.close();
  }
}

const roleOf = (writer: number) => `bench-${writer}`;

async function plant({ deps }: OpenConsole): Promise<void> {
  await auditedTransaction(deps.db, async (tx) => {
    for (let n = 0; n < WRITERS; n++) {
      const id = roleOf(n);
      await insertRole(tx, { id, name: id, nameKey: id, permissionCount: 0 });
    }
    const target = { type: 'role', id: roleOf(0), name: null };
    const by = { actor: SYSTEM, request: systemRequest('bench') };
    await record(tx, by, { action: 'role.created', target, outcome: 'success' }, []);
  });
}

async function writeAudited({ deps }: OpenConsole, id: string): Promise<void> {
  await auditedTransaction(deps.db, async (tx) => {
    await tx
      .update(roles)
      .set({ seq: sql`${roles.seq} + 1` })
      .where(eq(roles.id, id));
    await recordEdit(tx, id);
  });
}

async function recordEdit(tx: AuditedTransaction, id: string): Promise<void> {
  const request = { id: randomUUID(), ip: '192.0.2.1', peer: '192.0.2.1', userAgent: 'bench' };
  const change = [{ path: 'description', old: 'As it was before', new: 'As it is from now on' }];
  const event = {
    action: 'role.edited',
    target: { type: 'role', id, name: id },
    outcome: 'success'
  } as const;
  await record(tx, { actor: SYSTEM, request }, { ...event, change }, []);
}

/** Enough for the verifier to read: what its process takes to start must not count. */
async function fill({ deps }: OpenConsole): Promise<void> {
  for (let done = 0; done < FILLED; done += FILLED_AT_ONCE)
    await auditedTransaction(deps.db, async (tx) => {
      await pipelined(Array.from({ length: FILLED_AT_ONCE }, () => recordEdit(tx, roleOf(0))));
    });
}

/** Everybody writes over and over until the turn is over. */
async function turn(
  sum: { count: number; took: number[] },
  write: (n: number) => Promise<void>
): Promise<void> {
  const end = performance.now() + TURN_MS;
  const repeat = async (n: number) => {
    while (performance.now() < end) {
      const start = performance.now();
      await write(n);
      sum.took.push(performance.now() - start);
      sum.count += 1;
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, (_, n) => repeat(n)));
}

async function caughtUp(url: string): Promise<void> {
  const probe = postgres(url, { max: 1 });
  while (
    (
      await probe`select 1 from audit.tree, (select max(seq) as n from audit.seq) s where size < s.n
    union all select 1 from audit.pending limit 1`
    ).length > 0
  )
    await new Promise((resolve) => setTimeout(resolve, 100));
  await probe.end();
}

/** The command itself, with the processor time of its whole process. */
async function measureVerifier(url: string): Promise<LogCost['verified']> {
  const program = new URL('../verifier/main.mjs', import.meta.url).href;
  const script = `import(${JSON.stringify(program)}).then(() => process.stderr.write(JSON.stringify(process.cpuUsage())))`;
  const run = spawnSync(process.execPath, ['-e', script, '--', '--database-url', url], { encoding: 'utf8' });
  const entries = Number(/^(\d+) entries/m.exec(run.stdout)?.[1]);
  if (!run.stdout.includes('INTACT')) throw new Error(`the log of the bench: ${run.stdout}${run.stderr}`);
  const { user, system } = JSON.parse(run.stderr) as NodeJS.CpuUsage;
  return { entries, perCpuSecond: entries / ((user + system) / 1e6) };
}

/** The built program, people who sign in over HTTP, and somebody who watches over a socket; then Postgres alone. */
async function measureLive(url: string): Promise<Pick<LogCost, 'live' | 'notified' | 'cut'>> {
  const installation = await install(url);
  const ours = await startOurs(installation);
  const probe = postgres(url, { max: 1 });
  try {
    const { owner, origin, email, password } = installation;
    await owner.call('auth.signIn', { email, password });
    const visitors: Visitor[] = [];
    for (let n = 0; n < VISITORS; n++) {
      const address = `visitor${n}@northwind.example`;
      const added = { name: `Visitor ${n}`, email: address, roleId: 'admin', password: INITIAL };
      const { id } = await owner.call<{ id: string }>('administrators.create', added);
      const client = new ApiClient(origin);
      await client.call('auth.signIn', { email: address, password: INITIAL });
      await client.call('auth.changePassword', { password: PASSWORD });
      visitors.push({ id, email: address, password: PASSWORD });
    }
    const seen = await watchSignIns({
      ...{ watcher: owner, visitors, anonymous: () => new ApiClient(origin), rounds: 10, cutMs: CUT_MS },
      between: async () => void (await probe`delete from throttle`)
    });
    return {
      live: spread(seen.latencies),
      notified: spread(await measureNotifications(url)),
      cut: { seconds: CUT_MS / 1000, missed: seen.missed, caughtUp: seen.caughtUp }
    };
  } finally {
    await probe.end();
    await ours.stop();
  }
}

/** Time from the answer to a commit until another connection hears of it. */
async function measureNotifications(url: string): Promise<number[]> {
  const [teller, listener] = [postgres(url, { max: 1 }), postgres(url, { max: 1 })];
  const took: number[] = [];
  let heard: (at: number) => void = () => undefined;
  await listener.listen('bench', () => heard(performance.now()));
  await teller`create table if not exists bench_notes (id uuid primary key)`;
  for (let n = 0; n < NOTIFICATIONS; n++) {
    const arrival = new Promise<number>((resolve) => (heard = resolve));
    await teller.begin(async (tx) => {
      await tx`insert into bench_notes values (${randomUUID()})`;
      await tx`select pg_notify('bench', '')`;
    });
    const answered = performance.now();
    took.push(Math.max(0, (await arrival) - answered));
  }
  await teller.end();
  await listener.end();
  return took;
}

const rate = (value: number) => Math.round(value).toLocaleString('en');
const ms = ({ p50, p99 }: Spread) => `${p50.toFixed(1)} / ${p99.toFixed(1)}`;

/** The figures, a row each: what, with the log, and the floor. */
export function logRows(cost: LogCost): string[][] {
  const { writers, audited, bare, auditedTook, bareTook, verified, live, notified, cut } = cost;
  return [
    [`transactions a second, ${writers} writers`, rate(audited), rate(bare)],
    ['one takes (ms)', ms(auditedTook), ms(bareTook)],
    ['seen by somebody else (ms)', ms(live), ms(notified)],
    [
      `after ${cut.seconds} s cut off, ${cut.missed} sign-ins missed: all there after (ms)`,
      Math.round(cut.caughtUp).toLocaleString('en'),
      '–'
    ],
    [
      `entries verified in a second of processor time, of ${rate(verified.entries)}`,
      rate(verified.perCpuSecond),
      '–'
    ]
  ];
}
