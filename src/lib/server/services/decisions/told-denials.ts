import type { DecisionReason } from '../../../core/access/decisions/evaluate';
import type { SubjectKind } from '../../../core/access/decisions/view';
import type { AuditEvent } from '../../../core/log/entry';
import { auditedTransaction } from '../../db/driver/transaction';
import { auditActorOfKey } from '../write-path/audit-actor';
import type { RequestFacts } from '../write-path/caller';
import { gatheredWrites, type GatheredWrites } from '../write-path/gathered-writes';
import type { Deps } from '../write-path/deps';
import { recordDenial } from '../write-path/repeated-denials';
import type { RecordedBy } from '../write-path/write-entry';

/** A program that asked for a decision. */
export type Asker = {
  kind: SubjectKind;
  id: string;
  name: string;
  kid: string;
  request: RequestFacts;
};

/** Denials told to programs: in the log, equal ones together (DEC-6, decisions 0040 and 0045). */
export type ToldDenials = {
  /**
   * @param endpoint the path that was asked at; of nobody that is known, and of no permission, there is nothing to
   * tell
   */
  told(asker: Asker, endpoint: string, permission: string, reason: DecisionReason): void;
  stop(): Promise<void>;
};

type Gathered = { by: RecordedBy; event: AuditEvent; times: number };

const DENIED = { action: 'access.denied', outcome: 'denied' } as const;
const EVERY_MS = 2000;
/** Different ones that wait to be written; all others of an asker are one, which names nobody. */
const MOST = 500;

/** Gathers denials in memory, so that an answer waits for no entry, and records them every few seconds. */
export function toldDenials(deps: Deps): ToldDenials {
  let gathered = new Map<string, Gathered>();
  const add = (key: string, { by, event, times }: Gathered) =>
    gathered.set(key, { by, event, times: (gathered.get(key)?.times ?? 0) + times });
  const writes: GatheredWrites = gatheredWrites(EVERY_MS, async () => {
    // In one order, so that processes seldom wait for one another in a circle; one that did is tried anew.
    const taken = [...gathered].sort(([a], [b]) => (a < b ? -1 : 1));
    gathered = new Map();
    await auditedTransaction(deps.db, async (tx) => {
      for (const [, { by, event, times }] of taken) await recordDenial(tx, by, event, times);
    }).catch((error: unknown) => {
      deps.log.error({ err: error, denials: taken.length }, 'denied decisions could not be recorded yet');
      for (const [key, each] of taken) add(key, each);
      writes.soon();
    });
  });
  return {
    told(asker, endpoint, permission, reason) {
      if (!('principal' in reason) || reason.code === 'granted') return;
      const { kind, id, name } = reason.principal;
      const own = [asker.id, kind, id, permission, reason.code].join(' ');
      const isOther = gathered.size >= MOST && !gathered.has(own);
      const key = isOther ? `${asker.id} ${endpoint}` : own;
      const at = { path: 'procedure', old: null, new: endpoint };
      const missing = { path: 'missing', old: null, new: [permission] };
      const event: AuditEvent = isOther
        ? {
            ...DENIED,
            target: { type: 'procedure', id: endpoint, name: null },
            reason: 'others',
            change: [at]
          }
        : { ...DENIED, target: { type: kind, id, name }, reason: reason.code, change: [at, missing] };
      const holder = { type: asker.kind, id: asker.id };
      const by = { actor: auditActorOfKey({ holder, kid: asker.kid }, asker.name), request: asker.request };
      add(key, { by, event, times: 1 });
      writes.soon();
    },
    stop: () => writes.stop()
  };
}
