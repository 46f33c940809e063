import type { AuditEvent } from '../../../core/log/entry';
import { auditedTransaction } from '../../db/driver/transaction';
import { gatheredWrites, type GatheredWrites } from '../write-path/gathered-writes';
import type { Deps } from '../write-path/deps';
import { recordDenial } from '../write-path/repeated-denials';
import type { RecordedBy } from '../write-path/write-entry';

export type Denial = { by: RecordedBy; event: AuditEvent };

/** Denials of different kinds that wait in memory to be recorded, each with how many there were. */
export type GatheredDenials = {
  /** True if there is one of this kind. */
  has(kind: string): boolean;
  /** Number of kinds that wait of somebody, by their id. */
  of(id: string): number;
  /** Counts one more of a kind; what is recorded of all of them is of the last. */
  add(kind: string, denial: Denial): void;
  stop(): Promise<void>;
};

const EVERY_MS = 2000;

/** Gathers denials, so that no answer waits for an entry, and records them every few seconds, equal ones together. */
export function gatheredDenials(deps: Deps): GatheredDenials {
  let gathered = new Map<string, Denial & { times: number }>();
  let kinds = new Map<string | null, number>();
  const add = (kind: string, denial: Denial, times: number) => {
    const known = gathered.get(kind);
    const { id } = denial.by.actor;
    if (!known) kinds.set(id, (kinds.get(id) ?? 0) + 1);
    gathered.set(kind, { ...denial, times: (known?.times ?? 0) + times });
  };
  const writes: GatheredWrites = gatheredWrites(EVERY_MS, async () => {
    // In one order, so that processes seldom wait for one another in a circle; one that did is tried anew.
    const taken = [...gathered].sort(([a], [b]) => (a < b ? -1 : 1));
    gathered = new Map();
    kinds = new Map();
    await auditedTransaction(deps.db, async (tx) => {
      for (const [, { by, event, times }] of taken) await recordDenial(tx, by, event, times);
    }).catch((error: unknown) => {
      deps.log.error({ err: error, denials: taken.length }, 'denials could not be recorded yet');
      for (const [kind, { times, ...denial }] of taken) add(kind, denial, times);
      writes.soon();
    });
  });
  return {
    has: (kind) => gathered.has(kind),
    of: (id) => kinds.get(id) ?? 0,
    add(kind, denial) {
      add(kind, denial, 1);
      writes.soon();
    },
    stop: () => writes.stop()
  };
}
