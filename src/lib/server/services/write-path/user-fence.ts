import type { Refusal } from '../../../core/access/refusal';
import { isOpenToUsers, isOpenWhileClosing } from '../../../core/users/open-to-users';
import { barredInVisit } from '../../../core/users/visits';
import { askingOf, type Caller } from './caller';
import type { Deps } from './deps';
import type { Principal } from './principal';

/**
 * Why a procedure is not there for a user (TEN-3); null: it is, or somebody of staff calls. The answer is that of a procedure which never
 * was, before anything is looked up: neither text nor time says what exists.
 */
export function notForUsers(
  { fences }: Pick<Deps, 'fences'>,
  caller: Pick<Caller, 'session' | 'key'>,
  procedure: string
): Refusal | null {
  if (askingOf(caller)?.kind !== 'user' || isOpenToUsers(procedure) || fences?.code === false) return null;
  return { code: 'not-found', what: 'procedure' };
}

/** Why a user whose account is being closed may not ask for something; null: they may, or it is not (TEN-7). */
export function notWhileClosing({ gate }: Pick<Principal, 'gate'>, procedure: string): Refusal | null {
  return gate === 'closing' && !isOpenWhileClosing(procedure) ? { code: 'access/closing' } : null;
}

/** Why whoever is signed in as a user may not ask for something there (TEN-6); null: they may, or act for themselves. */
export function notInVisit(visit: object | null | undefined, procedure: string): Refusal | null {
  return visit ? barredInVisit(procedure) : null;
}
