import type { Database } from '../../db/driver/client';
import { addPermits, type PermitCount } from '../../db/tables/permit-counts-table';
import { gatheredWrites, type GatheredWrites } from '../write-path/gathered-writes';
import type { Log } from '../write-path/deps';
import type { PermitCounter } from '../write-path/permit-counter';
import { togetherOrApart } from '../write-path/together-or-apart';

/** Time between two writes of the permits counted, in ms. */
const EVERY_MS = 2000;
/** So many different counts are written without waiting for that. */
const MOST = 5000;

/**
 * Counts permits in memory and writes them every few seconds, in one statement (DEC-6, decision 0045). What could
 * not be written is written with the next; beyond so many that wait it is given up, as nothing may grow without an
 * end, and so is what the database refuses for good.
 */
export function countPermits(db: Database, log: Log): PermitCounter & { stop(): Promise<void> } {
  let counts = new Map<string, PermitCount>();
  let today = { day: '', endsAt: 0 };

  const add = (count: PermitCount) => {
    const key = `${count.id} ${count.permission} ${count.day}`;
    const known = counts.get(key);
    if (known) known.count += count.count;
    else if (counts.size < 2 * MOST) counts.set(key, count);
  };
  const writes: GatheredWrites = gatheredWrites(EVERY_MS, async () => {
    const taken = [...counts.values()];
    counts = new Map();
    const waits = await togetherOrApart(
      taken,
      (some) => addPermits(db, some),
      (error, { id }) => log.error({ err: error, principal: id }, 'a permit can never be counted')
    );
    if (!waits) return;
    log.warn({ err: waits.because }, 'what was permitted could not be counted yet');
    waits.left.forEach(add);
    writes.soon();
  });
  return {
    permitted(kind, id, permissions) {
      if (id === null || kind === 'system' || kind === 'anonymous') return;
      const { day } = (today = Date.now() < today.endsAt ? today : dayAt(Date.now()));
      for (const permission of permissions) add({ kind, id, permission, day, count: 1 });
      if (counts.size >= MOST) writes.now();
      else if (counts.size > 0) writes.soon();
    },
    stop: () => writes.stop()
  };
}

const DAY_MS = 86_400_000;

/** Day in UTC at a moment, with its end; both in milliseconds of the epoch. */
function dayAt(now: number): { day: string; endsAt: number } {
  const begins = Math.floor(now / DAY_MS) * DAY_MS;
  return { day: new Date(begins).toISOString().slice(0, 10), endsAt: begins + DAY_MS };
}
