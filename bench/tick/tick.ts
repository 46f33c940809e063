import { setTimeout as sleep } from 'node:timers/promises';
import { Crowd } from '../latency';
import type { BenchPostgres } from '../postgres';
import type { Contender } from '../servers/contender';
import { install, startOurs } from '../servers/ours';
import { startStock } from '../servers/peer';
import { measureWriters, type WritersCost } from './writers';

/** Readers that have the role open. */
const READERS = 200;
/** Ticks of one contender before the other's turn. */
const TURN = 25;
/** Milliseconds of rest after a tick was seen by all: no queue builds. */
const REST_MS = 12;
const SEEN_MS = 10_000;

/** Milliseconds of each tick, and of processor time for one. */
export type TickCost = {
  name: string;
  seen: number[];
  /** Milliseconds to the author's own "saved"; the peer gives no such answer. */
  saved: number[];
  serverCpuMs: number;
  /** NaN where the system does not say it. */
  postgresCpuMs: number;
};

export type TickCosts = { readers: number; ticks: TickCost[]; writers: WritersCost[] };

/**
 * One tick at a time, of ours and of a peer in turns, on one machine in one run; then as many as many writers can
 * make.
 */
export async function measureTick(
  database: BenchPostgres,
  turns: number,
  say: (what: string) => void
): Promise<TickCosts> {
  const installation = await install(await database.createDatabase('rolecall_tick'));
  const ours = await startOurs(installation);
  try {
    const peer = await startStock();
    try {
      const ticks = await takeTurns([ours, peer], database, turns, say);
      say('many writers');
      return { readers: READERS, ticks, writers: await measureWriters(ours, database) };
    } finally {
      await peer.stop();
    }
  } finally {
    await ours.stop();
  }
}

async function takeTurns(
  contenders: readonly Contender[],
  database: BenchPostgres,
  turns: number,
  say: (what: string) => void
): Promise<TickCost[]> {
  const entrants = contenders.map((contender) => ({
    contender,
    crowd: new Crowd(contender),
    cost: { name: contender.name, seen: [], saved: [], serverCpuMs: 0, postgresCpuMs: 0 } as TickCost
  }));
  for (const { crowd } of entrants) await crowd.growTo(READERS);
  // Code that runs for the first few hundred times is slow everywhere.
  const unmeasured = { seen: [], saved: [] };
  for (const { contender, crowd } of entrants) await tickOften(contender, crowd, TURN * 8, unmeasured);
  for (let turn = 1; turn <= turns; turn++) {
    say(`ticks, one at a time, turn ${turn} of ${turns}`);
    for (const { contender, crowd, cost } of entrants) {
      const [server, postgres] = [await contender.child.cpuMs(), await database.cpuMs()];
      await tickOften(contender, crowd, TURN, cost);
      cost.serverCpuMs += ((await contender.child.cpuMs()) - server) / (TURN * turns);
      cost.postgresCpuMs += ((await database.cpuMs()) - postgres) / (TURN * turns);
    }
  }
  for (const { crowd } of entrants) await crowd.leave();
  return entrants.map(({ cost }) => cost);
}

async function tickOften(
  contender: Contender,
  { readers }: Crowd,
  times: number,
  into: Pick<TickCost, 'seen' | 'saved'>
): Promise<void> {
  for (let n = 0; n < times; n++) {
    readers.forEach((reader) => reader.seenAt.clear());
    const at = performance.now();
    const version = await contender.click();
    into.saved.push(performance.now() - at);
    const deadline = performance.now() + SEEN_MS;
    while (readers.some((reader) => reader.version < version)) {
      if (performance.now() > deadline) throw new Error(`${contender.name}: version ${version} was not seen`);
      await sleep(1);
    }
    into.seen.push(Math.max(...readers.map((reader) => reader.seenAt.get(version)! - at)));
    await sleep(REST_MS);
  }
}
