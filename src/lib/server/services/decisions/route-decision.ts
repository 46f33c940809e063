import {
  ANY_RECORD,
  barredBy,
  evaluate,
  findPrincipal,
  type DecisionReason,
  type DecisionSubject
} from '../../../core/access/decisions/evaluate';
import { NOBODY, SIGNED_IN } from '../../../core/access/decisions/forward-routes';
import type { KnownAuthority } from './known-authority';

/** Reason a subject holds or lacks what a route takes: a reason of decisions, or one that routes add. */
export type RouteReason = DecisionReason | { code: 'signed-in' } | { code: 'nobody' };

/**
 * Decides if a subject has what a route takes, with the reason.
 * @param now in milliseconds of the epoch
 */
export function routeDecision(
  known: KnownAuthority,
  subject: DecisionSubject,
  takes: string,
  now: number
): { decision: boolean; reason: RouteReason } {
  if (takes === NOBODY) return { decision: false, reason: { code: 'nobody' } };
  if (takes === SIGNED_IN) {
    const principal = findPrincipal(known, subject);
    const [barred] = principal ? barredBy(principal, now) : [{ code: 'unknown-subject' as const }];
    return barred ? { decision: false, reason: barred } : { decision: true, reason: { code: 'signed-in' } };
  }
  const at = takes.lastIndexOf('.');
  // Of a user it says nothing about whose record is meant: that is for the program behind the proxy to see to.
  const resource = { type: takes.slice(0, at), id: ANY_RECORD };
  const { decision, reasons } = evaluate(known, subject, takes.slice(at + 1), resource, now);
  return { decision, reason: reasons[0] };
}
