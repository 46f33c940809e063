import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import postgres from 'postgres';
import { build } from 'vite';
import { migrateDatabase } from '../../src/lib/server/db/driver/migrate';
import { NO_KEYS } from '../../src/lib/server/auth/no-keys';
import { openLogKeys, type LogKeys } from '../../src/lib/server/auth/log-key';
import { insertRole } from '../../src/lib/server/db/tables/roles-table';
import { auditedTransaction } from '../../src/lib/server/db/driver/transaction';
import { record, SYSTEM, systemRequest } from '../../src/lib/server/services/write-path/audit';
import { openConsole, type OpenConsole } from '../../src/lib/server/services/installation/open-console';
import { wholeExport } from '../support/exported-log';
import { until } from '../support/replica';
import { logVerify, otherVerifiers } from '../support/verifiers';
import { LOG_KEYS, LogProcess } from './log-process';
import { seeded, type Random } from './random';

export type LogCampaignOptions = {
  /** An empty database. */
  url: string;
  /** Folder of the record of checkpoints. */
  folder: string;
  seed: number;
  /** SIGKILLs of writers and sequencers, and connections that the server ends. */
  kills: number;
  say?: (line: string) => void;
};

export type LogCampaignReport = {
  seed: number;
  problems: string[];
  kills: { writer: number; sequencer: number; connection: number };
  changes: number;
  entries: number;
  acknowledged: number;
  checkpoints: number;
  seconds: number;
};

const WRITERS = 3;
const SEQUENCERS = 2;
/** So many changes are acknowledged for each blow, at least. */
const CHANGES_PER_BLOW = 3;
const CALM_MS = 60_000;
const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const MIGRATIONS = at('../../drizzle');

/**
 * Three writers and two sequencers, each a process of its own, killed at random: as many entries as changes, numbered
 * without gap or double, every checkpoint valid to every verifier, and each of them in the record outside the
 * database once.
 */
export async function runLogCampaign(options: LogCampaignOptions): Promise<LogCampaignReport> {
  const began = performance.now();
  const random = seeded(options.seed);
  const vkey = await found(options.url);
  const program = await compile();
  const file = join(options.folder, 'checkpoints.log');
  const acknowledged: string[] = [];
  const faults = new Map<string, number>();
  const problems: string[] = [];
  const hear = (line: string) => {
    if (line.startsWith('done ')) acknowledged.push(line.slice(5));
    if (line.startsWith('fault ')) faults.set(line, (faults.get(line) ?? 0) + 1);
  };
  const start = (kind: string, role: string) =>
    new LogProcess(
      () => [program, kind, options.url, role, String(random.whole(0, 1e9)), file],
      hear,
      (error) => problems.push(String(error))
    );
  const children = [
    ...Array.from({ length: WRITERS }, (_, n) => start('writer', roleOf(n))),
    ...Array.from({ length: SEQUENCERS }, () => start('sequencer', ''))
  ];
  const sql = postgres(options.url, { max: 2, onnotice: () => undefined });
  const kills = { writer: 0, sequencer: 0, connection: 0 };
  try {
    await Promise.all(children.map((child) => child.start()));
    for (let done = 0; done < options.kills; done++) {
      await sleep(random.whole(5, 250));
      // Whoever does nothing yet loses nothing: some changes are acknowledged before each blow.
      const due = CHANGES_PER_BLOW * (done + 1);
      try {
        await until(() => problems.length > 0 || acknowledged.length >= due);
      } catch {
        const state = [
          ...children.map(String),
          ...(await activity(sql).catch((error: unknown) => [String(error)])),
          ...complaints(faults)
        ];
        throw new Error(`${acknowledged.length} changes of ${due} acknowledged\n${state.join('\n')}`);
      }
      if (problems.length > 0) break;
      // Whatever else chance brings, the first is at a writer and the second at a sequencer.
      if (done > 1 && random.chance(0.15)) {
        if (await endConnection(sql, random)) kills.connection += 1;
      } else {
        // A sequencer is hit as often as a writer, although there are fewer.
        const hitsWriter = done > 1 ? random.chance(0.5) : done === 0;
        const child = hitsWriter
          ? children[random.whole(0, WRITERS - 1)]!
          : children[WRITERS + random.whole(0, SEQUENCERS - 1)]!;
        await child.kill();
        kills[hitsWriter ? 'writer' : 'sequencer'] += 1;
        // Often somebody else is hit before it is back.
        const back = child.start();
        if (random.chance(0.5)) await back;
        else void back.catch(() => undefined);
      }
      if (options.say && (done + 1) % 50 === 0)
        options.say(`${done + 1} kills, ${acknowledged.length} changes acknowledged`);
    }
    // One that could not begin is among the problems already.
    await Promise.allSettled(children.map((child) => child.ready()));
    // Writers end in order; a sequencer is left to catch up.
    await Promise.all(children.slice(0, WRITERS).map((child) => child.stop()));
    await calm(sql, file);
    await Promise.all(children.map((child) => child.stop()));
    const facts = await check(sql, { acknowledged, vkey, url: options.url, file });
    problems.push(...facts.problems);
    const seconds = (performance.now() - began) / 1000;
    return { seed: options.seed, kills, acknowledged: acknowledged.length, seconds, ...facts, problems };
  } finally {
    for (const child of children) await child.kill();
    await sql.end();
  }
}

/** The figures, for people. */
export function logReportOf({
  seed,
  kills,
  changes,
  entries,
  acknowledged,
  checkpoints,
  seconds,
  problems
}: LogCampaignReport): string[] {
  return [
    `seed ${seed}, ${seconds.toFixed(0)} s`,
    `kills: writers ${kills.writer}, sequencers ${kills.sequencer}, connections ${kills.connection}`,
    `changes ${changes}, entries ${entries}, of them acknowledged ${acknowledged}; checkpoints ${checkpoints}, all valid`,
    problems.length === 0 ? 'no gap, no double, nothing lost' : `${problems.length} PROBLEMS`,
    ...problems.slice(0, 40)
  ];
}

const roleOf = (writer: number) => `campaign-${writer}`;

/** An installation with a role for each writer. Returns the key that signs. */
async function found(url: string): Promise<string> {
  await migrateDatabase(url, MIGRATIONS);
  const { deps, handle, installation, keys } = await openInstallation(url);
  await auditedTransaction(deps.db, async (tx) => {
    for (let n = 0; n < WRITERS; n++) {
      const id = roleOf(n);
      await insertRole(tx, { id, name: id, nameKey: id, permissionCount: 0 });
      await record(
        tx,
        { actor: SYSTEM, request: systemRequest('campaign') },
        { action: 'role.created', target: { type: 'role', id, name: id }, outcome: 'success' },
        [`role:${id}`]
      );
    }
  });
  await handle.close();
  return keys.vkeys(installation.logOrigin)[0]!;
}

async function openInstallation(url: string): Promise<OpenConsole & { keys: LogKeys }> {
  const keys = await openLogKeys({ file: '', env: LOG_KEYS });
  const silent = () => undefined;
  const open = await openConsole({
    ...{ url, pool: 2, name: 'rolecall campaign', catalogueFile: undefined, keyring: NO_KEYS, logKeys: keys },
    ...{ origin: 'http://localhost', log: { info: silent, warn: silent, error: silent } }
  });
  return { ...open, keys };
}

/** The processes as one file, so that a killed one is back at once. */
async function compile(): Promise<string> {
  const outDir = at('../../build/faults');
  await build({
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    build: {
      ssr: at('log-child.ts'),
      target: 'node20',
      outDir,
      emptyOutDir: true,
      minify: false,
      rolldownOptions: { output: { format: 'es', entryFileNames: 'log-child.mjs' } }
    }
  });
  return join(outDir, 'log-child.mjs');
}

/** Connections to the database, and what each does at this moment. */
async function activity(sql: postgres.Sql): Promise<string[]> {
  const rows = await sql<{ line: string }[]>`select concat_ws(' ', pid, application_name, state, wait_event,
      'after', pg_blocking_pids(pid)::text, now() - xact_start, left(query, 120)) as line
    from pg_stat_activity where datname = current_database() order by pid`;
  return rows.map(({ line }) => line);
}

/** Complaints of processes, and how often each was made. */
function complaints(faults: ReadonlyMap<string, number>): string[] {
  return [...faults].map(([words, times]) => `${times} × ${words}`);
}

async function endConnection(sql: postgres.Sql, random: Random): Promise<boolean> {
  const rows = await sql<{ pid: number }[]>`select pid from pg_stat_activity
    where datname = current_database() and application_name in ('rolecall writer', 'rolecall sequencer') order by pid`;
  if (rows.length === 0) return false;
  await sql`select pg_terminate_backend(${random.pick(rows).pid})`;
  return true;
}

/** Waits until everything is numbered, signed and written down. */
async function calm(sql: postgres.Sql, file: string): Promise<void> {
  const deadline = performance.now() + CALM_MS;
  for (;;) {
    const [row] = await sql<{ pending: number; open: number; size: number }[]>`
      select (select count(*)::int from audit.pending) as pending, t.size::int as size,
        (select max(seq)::int from audit.seq) - t.size::int as open from audit.tree t`;
    if (row!.pending === 0 && row!.open === 0 && (await sizesIn(file)).at(-1) === row!.size) return;
    if (performance.now() > deadline) return; // the check says what is missing
    await sleep(100);
  }
}

type Line = { note?: string; lost?: number };

async function sizesIn(file: string): Promise<number[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const lines = text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Line);
  return lines.map(({ note, lost }) => (note === undefined ? -(lost ?? 0) : Number(note.split('\n')[1])));
}

async function check(
  sql: postgres.Sql,
  given: { acknowledged: readonly string[]; vkey: string; url: string; file: string }
): Promise<{ problems: string[]; changes: number; entries: number; checkpoints: number }> {
  const problems: string[] = [];
  const [row] = await sql<
    {
      changes: number;
      entries: number;
      ops: number;
      pending: number;
      all: number;
      numbered: number;
      last: number;
      findings: number;
    }[]
  >`
    select (select sum(seq - 1)::int from roles where id like 'campaign-%') as changes,
      (select count(*)::int from audit.entry where doc->>'req' = 'campaign' and doc->>'action' = 'role.edited') as entries,
      (select count(distinct doc->>'op')::int from audit.entry where doc->>'action' = 'role.edited') as ops,
      (select count(*)::int from audit.pending) as pending,
      (select count(*)::int from audit.entry) as all,
      (select count(*)::int from audit.seq join audit.entry using (n)) as numbered,
      (select max(seq)::int from audit.seq) as last,
      (select count(*)::int from audit.entry where doc->>'action' = 'audit.inconsistent') as findings`;
  const { changes, entries, ops, pending, all, numbered, last, findings } = row!;
  if (changes !== entries) problems.push(`${changes} changes, ${entries} entries`);
  if (ops !== entries) problems.push(`${entries} entries of ${ops} operations: one is there twice`);
  if (pending > 0) problems.push(`${pending} entries still wait for their number`);
  if (all !== numbered || last !== numbered)
    problems.push(`${all} entries, ${numbered} numbered, the last is ${last}`);
  if (findings > 0) problems.push(`${findings} times the log was said to be changed`);
  const known = new Set(
    (await sql<{ op: string }[]>`select doc->>'op' as op from audit.entry where doc ? 'op'`).map(
      ({ op }) => op
    )
  );
  const lost = given.acknowledged.filter((op) => !known.has(op));
  if (lost.length > 0)
    problems.push(`${lost.length} acknowledged changes are not in the log: ${lost.slice(0, 3).join(', ')}`);
  const stored = (await sql<{ size: number }[]>`select size::int from audit.checkpoint order by size`).map(
    ({ size }) => size
  );
  const written = await sizesIn(given.file);
  if (JSON.stringify(stored) !== JSON.stringify(written))
    problems.push(
      `${stored.length} checkpoints, the record has ${written.length}: ${difference(stored, written)}`
    );
  const verdict = logVerify('--database-url', given.url, '--key', given.vkey);
  if (verdict.code !== 0) problems.push(`the log does not verify:\n${verdict.text}`);
  const { deps, handle } = await openInstallation(given.url);
  const lines = await wholeExport(deps, numbered).finally(() => handle.close());
  for (const { name, judge } of otherVerifiers()) {
    const judged = judge(lines);
    if (!judged.ok || judged.entries !== numbered || judged.roots.length !== stored.length)
      problems.push(`${name} says ${JSON.stringify({ ...judged, roots: judged.roots.length })}`);
  }
  return { problems, changes, entries, checkpoints: stored.length };
}

function difference(stored: readonly number[], written: readonly number[]): string {
  const missing = stored.filter((size) => !written.includes(size)).slice(0, 5);
  const extra = written
    .filter((size, index) => !stored.includes(size) || written.indexOf(size) !== index)
    .slice(0, 5);
  return `not written ${missing.join(', ') || '-'}, too many ${extra.join(', ') || '-'}`;
}
