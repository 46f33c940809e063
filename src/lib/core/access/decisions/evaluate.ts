import { isStewardless } from '../../applications/keys';
import { emailKey } from '../../text/names';
import { statusAt } from '../../users/user-status';
import { hasBit } from './permission-bits';
import { isPausing, SENDING_PERMISSIONS } from './sending';
import {
  SUBJECT_KINDS,
  type DecidingRole,
  type DecisionView,
  type Principal,
  type SubjectKind
} from './view';

export type DecisionSubject = {
  type: string;
  /** An id, or an address. */
  id: string;
};

export type DecisionResource = {
  /** A group of the catalogue. */
  type: string;
  id: string;
  /** Owner of the record: the id of a user; absent: nobody in particular. */
  owner?: string | undefined;
};

/** The id of a resource that stands for all records of its type: a question about it is one about the type. */
export const ANY_RECORD = '*';

/** Reason for a decision. Codes are stable (docs/decisions-api.md). */
export type DecisionReason =
  | { code: 'granted'; principal: Principal; role: DecidingRole; permission: string }
  | { code: 'not-granted'; principal: Principal; role: DecidingRole | null; permission: string }
  | { code: 'owner-only'; principal: Principal; permission: string }
  | { code: 'scope'; principal: Principal }
  | { code: 'paused'; principal: Principal; of: 'principal' | 'platform' }
  | { code: 'unknown-subject' }
  | { code: 'unknown-action'; permission: string }
  | { code: 'suspended'; principal: Principal; because: 'suspended' | 'not-activated' | 'steward-gone' }
  | { code: 'closed'; principal: Principal }
  | { code: 'expired'; principal: Principal };

export type DecisionCode = DecisionReason['code'];

export type Decision = {
  decision: boolean;
  /** The deciding one first; after it, of a no, what else stands in the way. Never empty. */
  reasons: [DecisionReason, ...DecisionReason[]];
};

/**
 * Decides whether somebody may do something (DEC-1): the one function behind pages, procedures, AuthZEN, forward
 * authentication and the client package. What is not known is a no (ACC-6).
 * @param action the last part of a permission's id: `merge`, with the resource's type `audience.contact_lists`
 * @param now in milliseconds of the epoch
 */
export function evaluate(
  view: DecisionView,
  subject: DecisionSubject,
  action: string,
  resource: DecisionResource,
  now: number
): Decision {
  const principal = findPrincipal(view, subject);
  const permission = `${resource.type}.${action}`;
  const place = view.places.get(permission);
  const against: DecisionReason[] = principal ? barredBy(principal, now) : [{ code: 'unknown-subject' }];
  if (place === undefined) against.push({ code: 'unknown-action', permission });
  if (!principal || place === undefined) return no(against);
  const role = view.role(principal.roleId);
  if (view.catalogue.ownerOnly.has(permission) && !principal.owner)
    against.push({ code: 'owner-only', principal, permission });
  if (!role || !hasBit(role.bits, place))
    against.push({ code: 'not-granted', principal, role: role ?? null, permission });
  if (principal.scope === 'own' && !isWithin(principal, resource)) against.push({ code: 'scope', principal });
  if (SENDING_PERMISSIONS.has(permission)) against.push(...pausedBy(view, principal, now));
  if (against.length > 0 || !role) return no(against);
  return { decision: true, reasons: [{ code: 'granted', principal, role, permission }] };
}

/**
 * True if a record is a user's own (TEN-3). A question about a type is about its own records of it, which are
 * within its reach: the permission decides.
 */
function isWithin(principal: Principal, { id, owner }: DecisionResource): boolean {
  return owner === undefined ? id === ANY_RECORD : owner === principal.id;
}

/** Pauses that keep a principal from sending: its own, and everybody's. */
function pausedBy(view: DecisionView, principal: Principal, now: number): DecisionReason[] {
  const reasons: DecisionReason[] = [];
  if (isPausing(principal.pause, now)) reasons.push({ code: 'paused', principal, of: 'principal' });
  if (isPausing(view.pause, now)) reasons.push({ code: 'paused', principal, of: 'platform' });
  return reasons;
}

/** Whom a subject names; undefined for nobody that is known. */
export function findPrincipal(view: DecisionView, { type, id }: DecisionSubject): Principal | undefined {
  const kind = SUBJECT_KINDS.find((each): each is SubjectKind => each === type);
  if (kind === undefined) return undefined;
  return view.principal(kind, id) ?? (id.includes('@') ? view.byEmail(kind, emailKey(id)) : undefined);
}

/** Reasons why somebody can do nothing at all at this moment; empty when nothing is in the way. */
export function barredBy(principal: Principal, now: number): DecisionReason[] {
  const { suspendedUntil, activated, stewardGoneAt, endsAt } = principal;
  const status = statusAt({ status: principal.status, suspendedUntil, closesAt: null }, now);
  const reasons: DecisionReason[] = [];
  if (status === 'closed') reasons.push({ code: 'closed', principal });
  if (status === 'suspended') reasons.push({ code: 'suspended', principal, because: 'suspended' });
  if (isStewardless(stewardGoneAt, now))
    reasons.push({ code: 'suspended', principal, because: 'steward-gone' });
  if (!activated) reasons.push({ code: 'suspended', principal, because: 'not-activated' });
  if (endsAt !== null && now >= endsAt) reasons.push({ code: 'expired', principal });
  return reasons;
}

function no([first, ...others]: DecisionReason[]): Decision {
  return { decision: false, reasons: [first!, ...others] };
}
