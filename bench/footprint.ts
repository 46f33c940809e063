import { Crowd } from './latency';
import type { Contender } from './servers/contender';

/** Connections that come and go first, so that code and buffers that any server needs once are not counted. */
const WARM_UP = 20;

export type Footprint = {
  /** Resident memory without connections, in bytes. */
  idle: number;
  /** Resident memory per connection, in bytes. */
  perConnection: number;
  /** Processor time to let one in, in milliseconds. */
  openingMs: number;
};

/** What a connection costs a server in a fresh process. */
export async function measureFootprint(contender: Contender, connections: number): Promise<Footprint> {
  const { child } = contender;
  const crowd = new Crowd(contender);
  await crowd.growTo(WARM_UP);
  await crowd.leave();
  const idle = await child.memory();
  const cpuBefore = await child.cpuMs();
  await crowd.growTo(connections);
  const openingMs = ((await child.cpuMs()) - cpuBefore) / connections;
  const perConnection = ((await child.memory()) - idle) / connections;
  await crowd.leave();
  return { idle, perConnection, openingMs };
}
