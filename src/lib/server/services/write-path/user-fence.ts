import type { Refusal } from '../../../core/access/refusal';
import { isOpenToUsers, isOpenWhileClosing } from '../../../core/users/open-to-users';
import { barredInVisit } from '../../../core/users/visits';
import type { Caller } from './caller';
import type { Principal } from './principal';

/**
 * Why a procedure is not there for a user (TEN-3); null: it is, or somebody of staff calls. The answer is that of a procedure which never
 * was, before anything is looked up: neither text nor time says what exists.
 */
export function notForUsers({ session }: Pick<Caller, 'session'>, procedure: string): Refusal | null {
  if (session?.kind !== 'user' || isOpenToUsers(procedure)) return null;
  return { code: 'not-found', what: 'procedure' };
}

/** Why a user whose account is being closed may not ask for something; null: they may, or it is not (TEN-7). */
export function notWhileClosing({ gate }: Pick<Principal, 'gate'>, procedure: string): Refusal | null {
  return gate === 'closing' && !isOpenWhileClosing(procedure) ? { code: 'access/closing' } : null;
}

/**
 * Why whoever is signed in as a user may not ask for something there (TEN-6); null: they may, or act for themselves.
 * @param sensitive whether it asks for the password, which is nobody's to prove in another's place
 */
export function notInVisit(
  visit: { mayChange: boolean } | null | undefined,
  procedure: string,
  sensitive = false
): Refusal | null {
  if (!visit) return null;
  return sensitive ? { code: 'access/signed-in-as', reason: 'never' } : barredInVisit(procedure, visit);
}
