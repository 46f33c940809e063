import { Crowd } from './latency';
import type { Contender } from './servers/contender';

export type Footprint = {
  /** Resident memory without connections, in bytes. */
  idle: number;
  /** Resident memory that each further connection adds, in bytes. */
  perConnection: number;
  /** Processor time to let one in, in milliseconds. */
  openingMs: number;
};

/**
 * Measures what a connection costs a server in a fresh process. The first third of them is let in before it is
 * measured: code, caches and a heap that any server needs once are not a cost of each.
 */
export async function measureFootprint(contender: Contender, connections: number): Promise<Footprint> {
  const { child } = contender;
  const crowd = new Crowd(contender);
  const idle = await child.memory();
  const first = Math.round(connections / 3);
  await crowd.growTo(first);
  const [memory, cpuMs] = [await child.memory(), await child.cpuMs()];
  await crowd.growTo(connections);
  const openingMs = ((await child.cpuMs()) - cpuMs) / (connections - first);
  const perConnection = ((await child.memory()) - memory) / (connections - first);
  await crowd.leave();
  return { idle, perConnection, openingMs };
}
