import type { Refusal } from '../../../core/access/refusal';
import { isOpenToUsers, isOpenWhileClosing } from '../../../core/users/open-to-users';
import { barredInVisit } from '../../../core/users/visits';
import { askingOf, type Caller } from './caller';
import type { Deps } from './deps';
import type { Principal } from './principal';

/**
 * Refusal of a procedure that is not open to users (TEN-3); null: it is, or the caller is staff. It is the answer for
 * a procedure that never existed, given before anything is looked up: neither text nor time says what exists.
 */
export function notForUsers(
  { fences }: Pick<Deps, 'fences'>,
  caller: Pick<Caller, 'session' | 'key'>,
  procedure: string
): Refusal | null {
  if (askingOf(caller)?.kind !== 'user' || isOpenToUsers(procedure) || fences?.code === false) return null;
  return { code: 'not-found', what: 'procedure' };
}

/**
 * Refusal of what a user whose account is being closed may not ask for (TEN-7); null: they may, or it is not being
 * closed.
 */
export function notWhileClosing({ gate }: Pick<Principal, 'gate'>, procedure: string): Refusal | null {
  return gate === 'closing' && !isOpenWhileClosing(procedure) ? { code: 'access/closing' } : null;
}

/**
 * Refusal of what may not be asked for while signed in as a user (TEN-6); null: it may, or the caller acts for
 * themselves.
 */
export function notInVisit(visit: object | null | undefined, procedure: string): Refusal | null {
  return visit ? barredInVisit(procedure) : null;
}
