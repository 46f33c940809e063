import type { AnsweredReason, Question } from '../decision.ts';
import type { AuthorityCopy, CopiedPause, CopiedPrincipal, Holder } from './authority-copy.ts';
import type { CopiedPermission } from './copied-roles.ts';

/** Time an application goes on without a steward, in milliseconds. */
const STEWARD_GONE_MS = 30 * 24 * 3600_000;

/**
 * Decides as the console does (its `core/access/decisions/evaluate`): a random test holds the two together. What is
 * not known is a no, a status or scope of a later Rolecall included.
 * @param now in milliseconds of the epoch; asked only where something ends by itself: a clock costs more than the rest
 */
export function evaluate(
  copy: AuthorityCopy,
  { subject, permission, resource }: Question,
  now: () => number
): AnsweredReason {
  const holder = copy.holder(subject.type, subject.id);
  if (!holder) return 'unknown-subject';
  return reasonOf(copy, holder, permission, holder.role?.permission(permission), resource, now);
}

/**
 * The same, of somebody who is known.
 * @param held the permission, when their role has it: without it nothing is granted
 */
export function reasonOf(
  copy: AuthorityCopy,
  { principal }: Holder,
  permission: string,
  held: CopiedPermission | undefined,
  resource: Question['resource'],
  now: () => number
): AnsweredReason {
  const barred = barredBy(principal, now);
  if (barred) return barred;
  const known = held ?? copy.permission(permission);
  if (known === undefined) return 'unknown-action';
  if (known.isOwnerOnly && principal.owner !== true) return 'owner-only';
  if (!held) return 'not-granted';
  if (principal.scope !== 'platform' && !isWithin(principal, resource)) return 'scope';
  if (held.sends && (isPausing(principal.pause, now) || isPausing(copy.pause, now))) return 'paused';
  return 'granted';
}

function isPausing(pause: CopiedPause | null | undefined, now: () => number): boolean {
  return !!pause && (pause.until === null || !(now() >= pause.until));
}

/** A user reaches its own records. Asked about a type of records (`*`), the permission alone says. */
function isWithin(principal: CopiedPrincipal, { id, owner }: Question['resource']): boolean {
  if (principal.scope !== 'own') return false;
  return owner === undefined ? id === '*' : owner === principal.id;
}

/** Reason why somebody can do nothing at all at this moment; null: nothing is in the way. */
function barredBy(principal: CopiedPrincipal, now: () => number): AnsweredReason | null {
  const { status, suspendedUntil = null, activated, stewardGoneAt, endsAt } = principal;
  if (status === 'closed') return 'closed';
  const isOver = status === 'suspended' && suspendedUntil !== null && suspendedUntil <= now();
  if (status !== 'active' && !isOver) return 'suspended';
  if (stewardGoneAt !== null && !(now() - stewardGoneAt < STEWARD_GONE_MS)) return 'suspended';
  if (activated !== true) return 'suspended';
  if (endsAt !== null && !(now() < endsAt)) return 'expired';
  return null;
}
