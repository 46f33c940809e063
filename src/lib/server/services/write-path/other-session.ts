import type { Refusal } from '../../../core/access/refusal';
import { ACTING_AS, isOfAnother, readActingAs } from '../../../protocol/acting-as';
import type { Caller } from './caller';

/**
 * Why a request is not answered in the session whose cookie came with it: it says that it is of another one. Null: it is not,
 * or says nothing. What follows is done in that session alone, by its public id: nothing can come in between.
 */
export function otherSession(claimed: string | null, session: Caller['session']): Refusal | null {
  if (claimed === null) return null;
  const whose = readActingAs(claimed);
  if (!whose)
    return { code: 'input/invalid', field: ACTING_AS, message: 'This header names no person and session.' };
  return session && isOfAnother(whose, session) ? { code: 'auth/other-session' } : null;
}
