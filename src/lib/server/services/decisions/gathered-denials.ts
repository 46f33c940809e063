import type { AuditEvent } from '../../../core/log/entry';
import { auditedTransaction } from '../../db/driver/transaction';
import { gatheredWrites, type GatheredWrites } from '../write-path/gathered-writes';
import type { Deps } from '../write-path/deps';
import { recordDenial } from '../write-path/repeated-denials';
import { togetherOrApart } from '../write-path/together-or-apart';
import type { RecordedBy } from '../write-path/write-entry';

export type Denial = { by: RecordedBy; event: AuditEvent };

/** Denials of different kinds that wait in memory to be recorded, each with how many there were. */
export type GatheredDenials = {
  /** True if there is one of this kind. */
  has(kind: string): boolean;
  /** Number of kinds that wait of somebody, by their id. */
  of(id: string): number;
  /**
   * Counts one more of a kind, by the id of whoever was denied.
   * @param denial makes what is recorded of all of a kind, of the last, when it is recorded
   */
  add(kind: string, whose: string, denial: () => Denial): void;
  stop(): Promise<void>;
};

const EVERY_MS = 2000;

type Gathered = { kind: string; whose: string; denial: () => Denial; times: number };

/**
 * Gathers denials, so that no answer waits for an entry, and records them every few seconds, equal ones together. One
 * that the database refuses for good is given up, and holds up none of the others.
 */
export function gatheredDenials(deps: Deps): GatheredDenials {
  let gathered = new Map<string, Gathered>();
  let kinds = new Map<string, number>();
  const add = (kind: string, whose: string, denial: () => Denial, times: number) => {
    const known = gathered.get(kind);
    if (known) {
      known.denial = denial;
      known.times += times;
      return;
    }
    kinds.set(whose, (kinds.get(whose) ?? 0) + 1);
    gathered.set(kind, { kind, whose, denial, times });
  };
  const record = (denials: readonly Gathered[]) =>
    auditedTransaction(deps.db, async (tx) => {
      for (const { denial, times } of denials) {
        const { by, event } = denial();
        await recordDenial(tx, by, event, times);
      }
    });
  const writes: GatheredWrites = gatheredWrites(EVERY_MS, async () => {
    // In one order, so that processes seldom wait for one another in a circle; one that did is tried anew.
    const taken = [...gathered.values()].sort((a, b) => (a.kind < b.kind ? -1 : 1));
    gathered = new Map();
    kinds = new Map();
    const waits = await togetherOrApart(taken, record, (error, { whose, times }) =>
      deps.log.error({ err: error, whose, times }, 'denials of one kind can never be recorded')
    );
    if (!waits) return;
    deps.log.error({ err: waits.because, denials: waits.left.length }, 'denials could not be recorded yet');
    for (const { kind, whose, denial, times } of waits.left) {
      // The last is one that came meanwhile.
      add(kind, whose, gathered.get(kind)?.denial ?? denial, times);
    }
    writes.soon();
  });
  return {
    has: (kind) => gathered.has(kind),
    of: (id) => kinds.get(id) ?? 0,
    add(kind, whose, denial) {
      add(kind, whose, denial, 1);
      writes.soon();
    },
    stop: () => writes.stop()
  };
}
