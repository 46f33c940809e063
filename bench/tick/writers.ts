import { randomUUID } from 'node:crypto';
import { Agent } from 'node:http';
import postgres from 'postgres';
import type { BenchPostgres } from '../postgres';
import { post, type Installation, type Ours } from '../servers/ours';
import { nthClick } from '../servers/contender';
import { spread, type Spread } from '../statistics';

/** Writers at the same time, each in a role of their own. */
const WRITERS = [1, 16, 64];
const TURN_MS = 5000;
/** Interval at which entries without a number are counted, in milliseconds. */
const LOOK_MS = 100;

export type WritersCost = {
  writers: number;
  editsPerSecond: number;
  took: Spread;
  /** Milliseconds of processor time for an edit. */
  serverCpuMs: number;
  postgresCpuMs: number;
  /** The most entries that waited for their number at once. */
  mostWaiting: number;
};

/** Edits a second of writers that each send the next one as soon as the one before is saved. */
export async function measureWriters(ours: Ours, database: BenchPostgres): Promise<WritersCost[]> {
  const { installation, child } = ours;
  const sessions = [installation.owner.cookie, ...installation.cookies];
  const roles = await createRoles(installation, Math.max(...WRITERS));
  const probe = postgres(installation.databaseUrl, { max: 1 });
  const agent = new Agent({ keepAlive: true });
  const everybody = roles.map((id, n) =>
    pen(installation, { id, cookie: sessions[n % sessions.length]!, agent })
  );
  const costs: WritersCost[] = [];
  try {
    for (const writers of WRITERS) {
      const pens = everybody.slice(0, writers);
      await together(pens, TURN_MS / 5, []);
      const took: number[] = [];
      const [server, database0] = [await child.cpuMs(), await database.cpuMs()];
      const watched = watchWaiting(probe);
      // It ends with the writers, also with one that fails: what that says is to be heard.
      const mostWaiting = await together(pens, TURN_MS, took).finally(watched).then(watched);
      costs.push({
        writers,
        editsPerSecond: took.length / (TURN_MS / 1000),
        took: spread(took),
        serverCpuMs: ((await child.cpuMs()) - server) / took.length,
        postgresCpuMs: ((await database.cpuMs()) - database0) / took.length,
        mostWaiting
      });
    }
  } finally {
    agent.destroy();
    await probe.end();
  }
  return costs;
}

async function createRoles({ owner }: Installation, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < count; n++)
    ids.push((await owner.call<{ id: string }>('roles.create', { name: `Writer ${n}`, permissions: [] })).id);
  return ids;
}

/** Everybody writes over and over until the time is over. */
async function together(pens: readonly (() => Promise<void>)[], ms: number, took: number[]): Promise<void> {
  const end = performance.now() + ms;
  await Promise.all(
    pens.map(async (write) => {
      while (performance.now() < end) {
        const start = performance.now();
        await write();
        took.push(performance.now() - start);
      }
    })
  );
}

/** One writer of one role. */
function pen(
  { origin }: Installation,
  { id, cookie, agent }: { id: string; cookie: string; agent: Agent }
): () => Promise<void> {
  let clicks = 0;
  let seen = 1;
  return async () => {
    const { permission, on } = nthClick(clicks++);
    const edit = { op: randomUUID(), id, seen, [on ? 'grant' : 'revoke']: [permission] };
    const text = await post(`${origin}/trpc/roles.edit`, cookie, origin, JSON.stringify(edit), agent);
    const { result } = JSON.parse(text) as { result?: { data: { seq: number; refused: unknown[] } } };
    if (!result || result.data.refused.length > 0) throw new Error(`roles.edit: ${text}`);
    seen = result.data.seq;
  };
}

/** Looks now and then how many entries wait; ends with the most that were seen. */
function watchWaiting(probe: postgres.Sql): () => Promise<number> {
  let most = 0;
  let looking = Promise.resolve();
  const timer = setInterval(() => {
    looking = looking.then(async () => {
      const [row] = await probe<{ n: number }[]>`select count(*)::int as n from audit.pending`;
      most = Math.max(most, row?.n ?? 0);
    });
  }, LOOK_MS);
  return async () => {
    clearInterval(timer);
    await looking;
    return most;
  };
}
