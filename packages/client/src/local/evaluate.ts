import type { AnsweredReason, Question } from '../decision.ts';
import type { AuthorityCopy, CopiedPrincipal } from './authority-copy.ts';

const SUBJECT_KINDS = ['administrator', 'user', 'application'];
/** How long an application goes on without a steward, in milliseconds. */
const STEWARD_GONE_MS = 30 * 24 * 3600_000;

/**
 * Decides as the console does (its `core/access/decisions/evaluate`): a random test holds the two together. What is not known is a no,
 * a status or scope of a later Rolecall included.
 * @param now in milliseconds of the epoch
 */
export function evaluate(
  copy: AuthorityCopy,
  { subject, action, resource }: Question,
  now: number
): AnsweredReason {
  const principal = SUBJECT_KINDS.includes(subject.type)
    ? copy.principal(subject.type, subject.id)
    : undefined;
  if (!principal) return 'unknown-subject';
  const barred = barredBy(principal, now);
  if (barred) return barred;
  const permission = `${resource.type}.${action}`;
  const place = copy.place(permission);
  if (place === undefined) return 'unknown-action';
  if (copy.isOwnerOnly(permission) && principal.owner !== true) return 'owner-only';
  if (!copy.grants(principal.roleId, place)) return 'not-granted';
  if (principal.scope !== 'platform' && resource.owner !== principal.id) return 'scope';
  return 'granted';
}

/** Why somebody can do nothing at all at this moment; null: nothing is in the way. */
function barredBy(principal: CopiedPrincipal, now: number): AnsweredReason | null {
  const { status, activated, stewardGoneAt, endsAt } = principal;
  if (status === 'closed') return 'closed';
  if (status !== 'active') return 'suspended';
  if (stewardGoneAt !== null && !(now - stewardGoneAt < STEWARD_GONE_MS)) return 'suspended';
  if (activated !== true) return 'suspended';
  if (endsAt !== null && !(now < endsAt)) return 'expired';
  return null;
}
