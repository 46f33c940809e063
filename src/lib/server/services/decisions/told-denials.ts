import type { DecisionReason } from '../../../core/access/decisions/evaluate';
import type { SubjectKind } from '../../../core/access/decisions/view';
import type { AuditEvent } from '../../../core/log/entry';
import { MOST_KINDS } from '../../db/tables/denials-table';
import { auditActorOfKey } from '../write-path/audit-actor';
import type { RequestFacts } from '../write-path/caller';
import type { Deps } from '../write-path/deps';
import { gatheredDenials } from './gathered-denials';

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

const DENIED = { action: 'access.denied', outcome: 'denied' } as const;

export function toldDenials(deps: Deps): ToldDenials {
  const gathered = gatheredDenials(deps);
  return {
    told(asker, endpoint, permission, reason) {
      if (!('principal' in reason) || reason.code === 'granted') return;
      const { kind, id } = reason.principal;
      const own = [asker.id, kind, id, permission, reason.code].join(' ');
      // The table keeps as many kinds apart (decision 0040): a further one would be a statement that adds to the row of
      // all others.
      const isOther = gathered.of(asker.id) >= MOST_KINDS && !gathered.has(own);
      gathered.add(isOther ? `${asker.id} ${endpoint}` : own, asker.id, () => {
        const holder = { type: asker.kind, id: asker.id };
        const by = { actor: auditActorOfKey({ holder, kid: asker.kid }, asker.name), request: asker.request };
        return { by, event: isOther ? otherAt(endpoint) : deniedAt(endpoint, permission, reason) };
      });
    },
    stop: () => gathered.stop()
  };
}

type Denied = Extract<DecisionReason, { principal: unknown }>;

function deniedAt(endpoint: string, permission: string, { code, principal }: Denied): AuditEvent {
  const { kind, id, name } = principal;
  const missing = { path: 'missing', old: null, new: [permission] };
  return { ...DENIED, target: { type: kind, id, name }, reason: code, change: [asked(endpoint), missing] };
}

/** Event of all that are too many for kinds of their own. */
function otherAt(endpoint: string): AuditEvent {
  const target = { type: 'procedure', id: endpoint, name: null };
  return { ...DENIED, target, reason: 'others', change: [asked(endpoint)] };
}

function asked(endpoint: string) {
  return { path: 'procedure', old: null, new: endpoint };
}
