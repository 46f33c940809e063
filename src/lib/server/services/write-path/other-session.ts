import type { Refusal } from '../../../core/access/refusal';
import { ACTING_AS, isOfAnother, readActingAs } from '../../../protocol/acting-as';
import { parseToken } from '../../auth/token';
import type { Caller } from './caller';

/**
 * Reason a request is not answered in the session whose cookie came with it: it says that it is of another one, or
 * what it says names none. Null: it is of this one, or says nothing. What follows is done in that session alone,
 * by its public id: nothing can come in between.
 */
export function otherSession(claimed: string | null, session: Caller['session']): Refusal | null {
  if (claimed === null) return null;
  const whose = readActingAs(claimed);
  if (!whose)
    return { code: 'input/invalid', field: ACTING_AS, message: 'This header names no person and session.' };
  return session && isOfAnother(whose, session) ? { code: 'auth/other-session' } : null;
}

/**
 * True if a request is of the visit whose cookie came with it. A browser sends the cookie of the session along as
 * well: which of the two is meant, the request says, and a page of somebody else cannot say it.
 */
export function isOfVisit(claimed: string | null, cookie: string | undefined): boolean {
  const whose = claimed === null ? null : readActingAs(claimed);
  return whose !== null && parseToken(cookie)?.sid === whose.sid;
}
