import { Lucia, TimeSpan, type Adapter, type DatabaseSession } from 'lucia';
import type { Queryable } from '../db/client';
import {
  deleteSession,
  extendSession,
  findSession,
  insertSession,
  type SessionOwner
} from '../db/sessions-table';
import type { AuditedTransaction } from '../db/transaction';
import { isSecretOf, makeToken, parseToken } from './token';

/** Idle and absolute life of a session (SECURITY S-04). */
export const IDLE_MINUTES = 60;
export const ABSOLUTE_HOURS = 12;

/** `__Host-`: sent to this host alone, over TLS (or loopback), for every path. */
export const SESSION_COOKIE = '__Host-rolecall';

export const COOKIE_OPTIONS = { path: '/', httpOnly: true, secure: true, sameSite: 'lax' } as const;

export type Aal = 1 | 2;

export type LiveSession = { sid: string; aal: Aal; person: SessionOwner; expiresAt: Date };

export type NewSession = { administratorId: string; aal: Aal; ip: string | null; userAgent: string | null };

declare module 'lucia' {
  interface Register {
    Lucia: Lucia<{ aal: Aal }, { person: SessionOwner }>;
    DatabaseSessionAttributes: { aal: Aal };
    DatabaseUserAttributes: { person: SessionOwner };
  }
}

/**
 * Validates a cookie. Whatever is wrong with it, the answer is the same: nobody.
 * Lucia sees the public id alone; the secret is compared here, in constant time.
 */
export async function validateCookie(tx: Queryable, cookie: string | undefined): Promise<LiveSession | null> {
  const token = parseToken(cookie);
  if (!token) return null;
  const { session, user } = await luciaOver(reader(tx, token.secret)).validateSession(token.sid);
  if (!session) return null;
  return { sid: session.id, aal: session.aal, person: user.person, expiresAt: session.expiresAt };
}

/** Begins a session and returns its cookie value: the only time the secret is seen. */
export async function beginSession(
  tx: AuditedTransaction,
  session: NewSession
): Promise<{ token: string; sid: string }> {
  const { token, sid, secretHash } = makeToken();
  const lucia = luciaOver({
    ...refuseAll,
    setSession: ({ id, userId, expiresAt, attributes }) =>
      insertSession(tx, {
        sid: id,
        administratorId: userId,
        aal: attributes.aal,
        secretHash,
        expiresAt,
        endsAt: new Date(Date.now() + ABSOLUTE_HOURS * 3_600_000),
        ip: session.ip,
        userAgent: session.userAgent?.slice(0, 400) ?? null
      })
  });
  await lucia.createSession(session.administratorId, { aal: session.aal }, { sessionId: sid });
  return { token, sid };
}

/** Ends a session; false when it was over already. */
export async function endSession(tx: AuditedTransaction, sid: string): Promise<boolean> {
  return (await deleteSession(tx, sid)) !== null;
}

/** Somebody did something: the idle time starts anew. */
export async function keepSession(tx: Queryable, sid: string): Promise<void> {
  await extendSession(tx, sid, IDLE_MINUTES * 60);
}

function luciaOver(adapter: Adapter): Lucia<{ aal: Aal }, { person: SessionOwner }> {
  return new Lucia(adapter, {
    sessionExpiresIn: new TimeSpan(IDLE_MINUTES, 'm'),
    getSessionAttributes: ({ aal }) => ({ aal }),
    getUserAttributes: ({ person }) => ({ person })
  });
}

const unused = (): never => {
  throw new Error('not part of this port');
};

const refuseAll: Adapter = {
  getSessionAndUser: unused,
  getUserSessions: unused,
  setSession: unused,
  updateSessionExpiration: unused,
  deleteSession: unused,
  deleteUserSessions: unused,
  deleteExpiredSessions: unused
};

function reader(tx: Queryable, secret: Uint8Array): Adapter {
  return {
    ...refuseAll,
    getSessionAndUser: async (sid) => {
      const found = await findSession(tx, sid);
      if (!found || !isSecretOf(secret, found.session.secretHash)) return [null, null];
      const session: DatabaseSession = {
        id: found.session.sid,
        userId: found.person.id,
        expiresAt: found.session.expiresAt,
        attributes: { aal: found.session.aal as Aal }
      };
      return [session, { id: found.person.id, attributes: { person: found.person } }];
    },
    // Lucia renews after half the life and drops what is over. Ours: `keepSession` on a person's own requests, and an
    // audited clean-up. A look at a session changes nothing.
    updateSessionExpiration: () => Promise.resolve(),
    deleteSession: () => Promise.resolve()
  };
}
