import type { CallOutcome } from '../../../core/applications/calls';
import { addCalls, type CallsOf } from '../../db/tables/call-counts-table';
import { gatheredWrites } from '../write-path/gathered-writes';
import type { Deps } from '../write-path/deps';

/** Counts of calls with keys of applications (decision 0069): in memory, so that no call is a write of its own. */
export type CallCounts = {
  /**
   * Counts one more call of an application; of anybody else, nothing.
   * @param permission the one that was missing
   */
  counted(holder: { kind: string; id: string }, outcome: CallOutcome, permission?: string): void;
  stop(): Promise<void>;
};

/** A page that asks every five seconds is never more than ten behind. */
const EVERY_MS = 2000;
/** Applications and outcomes that are gathered between two writes; further ones are not counted. */
const MOST_GATHERED = 5000;

export function callCounts(deps: Pick<Deps, 'db' | 'log'>, everyMs = EVERY_MS): CallCounts {
  let counts = new Map<string, CallsOf>();
  const writes = gatheredWrites(everyMs, async () => {
    const gathered = counts;
    counts = new Map();
    await addCalls(deps.db, [...gathered.values()]).catch((error: unknown) =>
      deps.log.warn({ err: error }, 'how often applications called could not be noted')
    );
  });
  return {
    counted({ kind, id }, outcome, permission = '') {
      if (kind !== 'application') return;
      const key = `${id} ${outcome} ${permission}`;
      const known = counts.get(key);
      if (known) known.calls += 1;
      else if (counts.size < MOST_GATHERED)
        counts.set(key, { applicationId: id, outcome, permission, calls: 1 });
      writes.soon();
    },
    stop: () => writes.stop()
  };
}
