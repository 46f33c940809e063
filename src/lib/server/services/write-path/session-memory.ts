import { timingSafeEqual } from 'node:crypto';
import { parseToken, sha256 } from '../../auth/token';
import type { CallerSession } from './caller';

/** Sessions that are remembered; beyond, whichever was looked up longest ago is forgotten. */
const MOST_SESSIONS = 10_000;

/**
 * Sessions of administrators that stood when they were looked up, in one process: a change names role and person by
 * them and need not look first (docs/decisions/0068). Nothing is answered from here: a remembered session stands for
 * nothing before its row is locked, and compared with the cookie.
 */
export class SessionMemory {
  readonly #known = new Map<string, { secretHash: Uint8Array; session: CallerSession }>();

  /** Remembers a session that was looked up, unless a change in it takes more than its lock tells. */
  remember(secretHash: Uint8Array, session: CallerSession): void {
    this.#known.delete(session.sid);
    if (session.kind !== 'administrator' || session.step !== 'ready' || session.visit) return;
    this.#known.set(session.sid, { secretHash, session });
    if (this.#known.size > MOST_SESSIONS) this.#known.delete(this.#known.keys().next().value!);
  }

  /** Session that a cookie claims; null: it must be looked up. */
  recall(cookie: string | undefined): CallerSession | null {
    const token = parseToken(cookie);
    const known = token && this.#known.get(token.sid);
    if (!known) return null;
    const secretHash = sha256(token.secret);
    // Whoever knows the public id alone locks nothing.
    if (!timingSafeEqual(secretHash, known.secretHash)) return null;
    return { ...known.session, claim: { secretHash, admitted: null } };
  }

  /**
   * Takes in what the lock of a recalled session told. False: it did not stand, or was never locked: what was
   * answered counts for nothing, and the session must be looked up.
   */
  stood({ claim, ...session }: CallerSession): boolean {
    if (!claim) return true;
    if (claim.admitted) this.remember(claim.secretHash, { ...session, roleId: claim.admitted.roleId });
    else this.#known.delete(session.sid);
    return claim.admitted !== null;
  }
}
