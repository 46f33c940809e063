import { setTimeout as sleep } from 'node:timers/promises';
import { isConnectionLoss, sqlState } from '../../db/driver/client';

/** A statement of the ledger waits for its locks, and for the disk; one that takes longer was lost on its way. */
const ANSWER_MS = 2500;
const PAUSES_MS = [0, 30, 100, 300, 800];
/** A deadlock, or a lock that took too long. */
const RACES = new Set(['40P01', '40001', '55P03']);

/** The ledger did not answer: nobody is granted anything. */
export class LedgerUnavailable extends Error {
  override name = 'LedgerUnavailable';
}

/**
 * Asks the ledger until it answers. What asks must be safe to ask twice: whether a lost one was heard is unknown.
 * An answer that never comes counts as lost as well: the driver forgets statements of a connection that was ended
 * under them.
 * @throws LedgerUnavailable when there is no answer within about 15 s
 */
export async function insist<T>(ask: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await withinAnswerTime(ask());
    } catch (error) {
      const lost = isConnectionLoss(error) || error instanceof NoAnswer || RACES.has(sqlState(error) ?? '');
      if (!lost) throw error;
      const pause = PAUSES_MS[attempt];
      if (pause === undefined) throw new LedgerUnavailable('the ledger does not answer', { cause: error });
      await sleep(pause * (0.5 + Math.random()));
    }
  }
}

/** Most readings of a sender's state for one ask. */
const READINGS = 5;

/**
 * Tries anew what was judged by facts that had become old when the locks were held: a pause or a suspension counts
 * meanwhile.
 * @throws LedgerUnavailable when they were old every time
 */
export async function unlessStale<T>(attempt: () => Promise<T | 'stale'>): Promise<T> {
  for (let n = 0; n < READINGS; n++) {
    const answer = await attempt();
    if (answer !== 'stale') return answer;
  }
  throw new LedgerUnavailable('the locks of the ledger take too long');
}

class NoAnswer extends Error {
  override name = 'NoAnswer';
}

async function withinAnswerTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new NoAnswer('no answer')), ANSWER_MS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
