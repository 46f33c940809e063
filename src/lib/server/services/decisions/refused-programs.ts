import { NOBODY, SIGNED_IN } from '../../../core/access/decisions/forward-routes';
import { auditedTransaction } from '../../db/driver/transaction';
import { auditActorOfKey } from '../write-path/audit-actor';
import type { RequestFacts } from '../write-path/caller';
import { deniedEvent } from '../write-path/denied-event';
import type { Deps } from '../write-path/deps';
import { recordDenial } from '../write-path/repeated-denials';
import type { CallCounts } from '../applications/call-counts';
import type { AdmittedKey } from './admit-key';
import { gatheredDenials, type Denial } from './gathered-denials';

/** Programs that asked at an endpoint, or at a proxy, without the permission that it takes (LOG-1). */
export type RefusedPrograms = {
  /**
   * Resolves when the first of its kind is in the log; equal ones of the minute that follows are counted in memory
   * and recorded together, so that a flood costs no transaction each (decision 0040).
   * @param endpoint `permission`: what it takes; of a route that a proxy asked about, perhaps none
   * @throws what went wrong with recording the first
   */
  refused(
    key: Pick<AdmittedKey, 'kind' | 'id' | 'name' | 'kid'>,
    request: RequestFacts,
    endpoint: { name: string; permission: string }
  ): Promise<void>;
  stop(): Promise<void>;
};

const MINUTE_MS = 60_000;
/** Kinds that are remembered; beyond, the first of whichever began longest ago is recorded at once again. */
const MOST = 10_000;

/** A kind whose first is in the log, or on its way there. */
type First = { recorded: Promise<unknown>; until: number };

export function refusedPrograms(deps: Deps, calls: CallCounts): RefusedPrograms {
  const firsts = new Map<string, First>();
  const gathered = gatheredDenials(deps);

  function begin(kind: string, { by, event }: Denial, now: number): Promise<unknown> {
    firsts.delete(kind);
    if (firsts.size >= MOST) firsts.delete(firsts.keys().next().value!);
    const recorded = auditedTransaction(deps.db, (tx) => recordDenial(tx, by, event));
    const first = { recorded, until: now + MINUTE_MS };
    firsts.set(kind, first);
    return recorded.catch((error: unknown) => {
      if (firsts.get(kind) === first) firsts.delete(kind);
      throw error;
    });
  }

  return {
    async refused(key, request, { name, permission }) {
      if (permission === NOBODY || permission === SIGNED_IN) calls.counted(key, 'route');
      else calls.counted(key, 'permission', permission);
      const now = performance.now();
      const kind = [key.id, name, permission].join(' ');
      const refusal = { code: 'access/permission-required' as const, permission };
      const event = deniedEvent(name, { type: 'procedure', id: name }, refusal);
      const actor = auditActorOfKey({ holder: { type: key.kind, id: key.id }, kid: key.kid }, key.name);
      const denial = { by: { actor, request }, event };
      const first = firsts.get(kind);
      if (!first || first.until <= now) return void (await begin(kind, denial, now));
      // It is recorded before the answer, as the first is: only the count of the others comes later.
      await first.recorded;
      gathered.add(kind, key.id, () => denial);
    },
    stop: () => gathered.stop()
  };
}
