import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { syslogFrame } from '../../../../core/log/export/syslog';
import { readToldAfter } from '../../../db/log/exported-rows';
import { readHead } from '../../../db/log/sequence-table';
import { claimWitness, keepWitness, releaseWitness } from '../../../db/log/witness-table';
import type { Deps } from '../../write-path/deps';
import { loggedEntry } from '../export/told-entries';
import { startWitnessLoop, type WitnessLoop } from '../upkeep/witness-loop';
import { connectCollector, type Collector, type CollectorAddress } from './collector';

/**
 * One process has the stream for so long, unless it says again that it goes on; after a crash another one has it
 * then.
 */
const CLAIM_SECONDS = 12;
/**
 * A connection is kept while there is something to send, so long and for so many entries: then the collector must
 * confirm.
 */
const TURN_MS = 5_000;
const TURN_ENTRIES = 5_000;
const AT_ONCE = 200;
/** Something may follow soon: no connection for each entry. */
const LINGER_MS = 300;
const LONGEST_WAIT_MS = 60_000;

export type SyslogStream = WitnessLoop & {
  /** The name under which the database keeps how far the collector confirmed. */
  readonly name: string;
};

/**
 * Sends every entry of the log to a collector, in order, at least once (L-15, decision 0031). How far it confirmed is
 * kept in the database; of several processes one sends. Nothing waits for it. In one piece: its turns share one
 * connection.
 */
export function startSyslog(deps: Deps, address: CollectorAddress): SyslogStream {
  const { secure, host, port } = address;
  const place = `${secure ? 'tls' : 'tcp'}://${host}:${port}`;
  const name = `syslog:${createHash('sha256').update(place).digest('hex').slice(0, 16)}`;
  let stopping = false;
  const loop = startWitnessLoop(deps, 'syslog', turn, { longestWait: LONGEST_WAIT_MS });
  return {
    name,
    kick: () => loop.kick(),
    async stop() {
      stopping = true;
      await loop.stop();
    }
  };

  async function turn(): Promise<void> {
    while (!stopping) {
      const claimed = await claimWitness(deps.db, name, CLAIM_SECONDS);
      if (claimed === null) return;
      let confirmed = claimed;
      try {
        const head = (await readHead(deps.db))?.seq ?? 0;
        if (head <= claimed) return;
        confirmed = await send(claimed);
      } finally {
        await releaseWitness(deps.db, name, confirmed);
      }
    }
  }

  /**
   * Sends what follows an entry over one connection. Returns the number of the last one, once the collector confirmed
   * it.
   */
  async function send(after: number): Promise<number> {
    const collector = await connectCollector(address);
    try {
      const last = await sendTurn(collector, after);
      await keepWitness(deps.db, name, CLAIM_SECONDS);
      await collector.finish();
      return last;
    } finally {
      collector.destroy();
    }
  }

  async function sendTurn(collector: Collector, after: number): Promise<number> {
    const us = new URL(deps.origin).hostname;
    const until = Date.now() + TURN_MS;
    let last = after;
    let lingered = false;
    while (Date.now() < until && last - after < TURN_ENTRIES && !(stopping && last > after)) {
      const rows = await readToldAfter(deps.db, last, AT_ONCE);
      if (rows.length === 0) {
        if (lingered) break;
        lingered = true;
        await sleep(LINGER_MS);
        continue;
      }
      await collector.write(
        Buffer.concat(rows.map((row) => syslogFrame(loggedEntry(deps.catalogue, row), us)))
      );
      last = rows.at(-1)!.seq;
      await keepWitness(deps.db, name, CLAIM_SECONDS);
      lingered = false;
    }
    return last;
  }
}
