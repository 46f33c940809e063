import { setTimeout as sleep } from 'node:timers/promises';
import type { Transaction } from './haraka.ts';

export type Queued = 'queued' | 'not queued';

const LOOK_MS = 200;
/** Number of looks after which a queue has written a message, or never does. */
const LOOKS = 300;

/**
 * Fate of a message that was in the hands of a queue when its client went away. Haraka's own queue notes it on the
 * transaction; of another one nothing is heard: it counts as queued, too much rather than too little.
 */
export async function fateOf({ results }: Pick<Transaction, 'results'>, isHarakas: boolean): Promise<Queued> {
  for (let look = 0; isHarakas && look < LOOKS; look++) {
    const noted = results.get('outbound');
    if (noted?.pass?.length) return 'queued';
    if (noted?.err?.length) return 'not queued';
    await sleep(LOOK_MS, undefined, { ref: false });
  }
  return 'queued';
}
