import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';
import { fillLog } from './log-fill';
import { install, startOurs, type Ours } from './servers/ours';
import type { BenchPostgres } from './postgres';

/** Cost of one export of everything. */
export type ExportCost = {
  format: string;
  entries: number;
  bytes: number;
  seconds: number;
  /** Processor time of the server, in milliseconds for a thousand entries. */
  cpuMsPerThousand: number;
  /** Resident memory of the server before, after collecting garbage, and the most while it was sent, in bytes. */
  before: number;
  most: number;
  after: number;
};

const FORMATS = [
  { name: 'CSV', asked: { format: 'csv' } },
  { name: 'OCSF', asked: { format: 'ocsf' } },
  { name: 'JSON Lines, whole log', asked: { format: 'jsonl' } },
  { name: 'JSON Lines, a view with proofs', asked: { format: 'jsonl', view: 'activity' } }
];
const LOOK_MS = 100;

/** Exports a long log in every format, one after the other, to a reader that takes it as fast as it comes. */
export async function measureExports(
  database: BenchPostgres,
  entries: number,
  say: (what: string) => void
): Promise<ExportCost[]> {
  say(`a log of ${entries.toLocaleString('en')} entries`);
  const installation = await install(await database.createDatabase('rolecall_exports'));
  await fillLog(installation.databaseUrl, entries);
  const ours = await startOurs(installation);
  try {
    await signed(ours, entries);
    const costs: ExportCost[] = [];
    for (const { name, asked } of FORMATS) {
      say(`export: ${name}`);
      costs.push(await measureExport(ours, name, asked));
    }
    return costs;
  } finally {
    await ours.stop();
  }
}

async function measureExport(
  { installation, child }: Ours,
  format: string,
  asked: object
): Promise<ExportCost> {
  const { origin, owner, email, password } = installation;
  await owner.call('auth.signIn', { email, password });
  const before = await child.memory();
  const cpu = await child.cpuMs();
  const { id, href } = await owner.call<{ id: string; href: string }>('log.export', asked);
  let most = before;
  let sending = true;
  const watching = (async () => {
    for (; sending; await sleep(LOOK_MS)) most = Math.max(most, await child.resident());
  })();
  const began = performance.now();
  const response = await fetch(`${origin}${href}`, { headers: { cookie: owner.cookie } });
  let bytes = 0;
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) bytes += chunk.length;
  const seconds = (performance.now() - began) / 1000;
  sending = false;
  await watching;
  const cpuMs = (await child.cpuMs()) - cpu;
  const { entries } = await ended(owner, id);
  const after = await child.memory();
  return { format, entries, bytes, seconds, cpuMsPerThousand: (cpuMs / entries) * 1000, before, most, after };
}

async function ended(owner: Ours['installation']['owner'], id: string): Promise<{ entries: number }> {
  for (;;) {
    const known = await owner.call<{ state: string; entries: number }>('log.exportProgress', { id });
    if (known.state === 'finished') return known;
    if (known.state !== 'running') throw new Error(`the export is ${known.state}`);
    await sleep(LOOK_MS);
  }
}

/**
 * Waits until what was filled in is covered by a checkpoint and can be searched: that follows the program's own
 * next entry.
 */
async function signed({ installation }: Ours, entries: number): Promise<void> {
  await installation.owner.call('auth.signIn', {
    email: installation.email,
    password: installation.password
  });
  const sql = postgres(installation.databaseUrl, { max: 1 });
  for (;;) {
    const [row] = await sql<
      { size: number }[]
    >`select least(size, (select coalesce(max(seq), 0) from audit.fact))::float8 as size from audit.tree`;
    if (row!.size >= entries) break;
    await sleep(LOOK_MS);
  }
  await sql.end();
}

/** The table of the report. */
export function exportRows(costs: readonly ExportCost[]): string[][] {
  const mb = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`;
  return costs.map((cost) => [
    cost.format,
    cost.entries.toLocaleString('en'),
    mb(cost.bytes),
    Math.round(cost.entries / cost.seconds).toLocaleString('en'),
    `${cost.cpuMsPerThousand.toFixed(1)} ms`,
    mb(cost.before),
    mb(cost.most),
    mb(cost.after)
  ]);
}
