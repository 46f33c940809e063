import { Lucia, TimeSpan, type Adapter, type DatabaseSession } from 'lucia';
import type { AccountRef } from '../../core/sign-in/account';
import { heldBy } from '../db/schema/holder';
import type { Queryable } from '../db/driver/client';
import {
  deleteSession,
  extendSession,
  findSession,
  insertSession,
  renewSession,
  type RoleRule,
  type ValidSession
} from '../db/tables/sessions-table';
import { findVisit } from '../db/tables/visits-table';
import type { AuditedTransaction } from '../db/driver/transaction';
import { isSecretOf, makeToken, parseToken } from './token';

/** Idle and absolute life of a session (SECURITY S-04): what the settings say. */
export type SessionLife = { idleMinutes: number; absoluteHours: number };

/** Time for the steps of a sign-in, in minutes. */
const STEPS_MINUTES = 15;

/** `__Host-`: sent to this host alone, over TLS (or loopback), for every path. */
export const SESSION_COOKIE = '__Host-rolecall';

/**
 * Cookie of a visit, beside that of the session it was begun in: which of the two a request is of, it says itself
 * (protocol/acting-as).
 */
export const VISIT_COOKIE = '__Host-rolecall-visit';

export const COOKIE_OPTIONS = { path: '/', httpOnly: true, secure: true, sameSite: 'lax' } as const;

export type Aal = 1 | 2;

/** A session that stood when it was looked up, with its person and what is asked of them. */
export type LiveSession = ValidSession & { role: RoleRule };

export type NewSession = {
  account: AccountRef;
  aal: Aal;
  ip: string | null;
  userAgent: string | null;
  life: SessionLife;
  /** Steps of the sign-in are left: the session is short until they are done. */
  pending?: boolean;
};

declare module 'lucia' {
  interface Register {
    Lucia: Lucia<{ aal: Aal }, { live: LiveSession | null }>;
    DatabaseSessionAttributes: { aal: Aal };
    DatabaseUserAttributes: { live: LiveSession | null };
  }
}

/**
 * Validates a cookie. Whatever is wrong with it, the answer is the same: nobody.
 * Lucia sees the public id alone; the secret is compared here, in constant time.
 */
export function validateCookie(tx: Queryable, cookie: string | undefined): Promise<LiveSession | null> {
  return validate(tx, cookie, findSession);
}

/** The same of the cookie of a visit. */
export function validateVisit(tx: Queryable, cookie: string | undefined): Promise<LiveSession | null> {
  return validate(tx, cookie, findVisit);
}

async function validate(tx: Queryable, cookie: string | undefined, find: Find): Promise<LiveSession | null> {
  const token = parseToken(cookie);
  if (!token) return null;
  const { session, user } = await luciaOver(reader(tx, token.secret, find)).validateSession(token.sid);
  return session ? user.live : null;
}

type Find = (tx: Queryable, sid: string) => Promise<LiveSession | null>;

/** Begins a session and returns its cookie value: the only time the secret is seen. */
export async function beginSession(
  tx: AuditedTransaction,
  session: NewSession
): Promise<{ token: string; sid: string }> {
  const { token, sid, secretHash } = makeToken();
  const minutes = session.pending ? STEPS_MINUTES : session.life.idleMinutes;
  const lucia = luciaOver(
    {
      ...refuseAll,
      setSession: ({ id, userId, expiresAt, attributes }) =>
        insertSession(tx, {
          sid: id,
          ...heldBy({ kind: session.account.kind, id: userId }),
          aal: attributes.aal,
          secretHash,
          expiresAt,
          endsAt: new Date(Date.now() + session.life.absoluteHours * 3_600_000),
          ip: session.ip,
          userAgent: session.userAgent?.slice(0, 400) ?? null
        })
    },
    minutes
  );
  await lucia.createSession(session.account.id, { aal: session.aal }, { sessionId: sid });
  return { token, sid };
}

/**
 * Gives a session another secret, after a step of the sign-in or a new proof of the password (S-03): the cookie of
 * before is dead with this transaction. The public id stays, and with it the sockets that are open.
 */
export async function stepUp(
  tx: AuditedTransaction,
  sid: string,
  change: { aal?: Aal; proved?: boolean }
): Promise<string> {
  const { token, secretHash } = makeToken(sid);
  await renewSession(tx, sid, {
    secretHash,
    ...(change.aal === undefined ? {} : { aal: change.aal }),
    ...(change.proved ? { provedAt: new Date() } : {})
  });
  return token;
}

/** Ends a session; false when it was over already. */
export async function endSession(tx: AuditedTransaction, sid: string): Promise<boolean> {
  return (await deleteSession(tx, sid)) !== null;
}

/** Somebody did something: the idle time starts anew. */
export async function keepSession(tx: Queryable, sid: string, { idleMinutes }: SessionLife): Promise<void> {
  await extendSession(tx, sid, idleMinutes * 60);
}

function luciaOver(adapter: Adapter, minutes = 1): Lucia<{ aal: Aal }, { live: LiveSession | null }> {
  return new Lucia(adapter, {
    sessionExpiresIn: new TimeSpan(minutes, 'm'),
    getSessionAttributes: ({ aal }) => ({ aal }),
    getUserAttributes: ({ live }) => ({ live })
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

function reader(tx: Queryable, secret: Uint8Array, find: Find): Adapter {
  return {
    ...refuseAll,
    getSessionAndUser: async (sid) => {
      const found = await find(tx, sid);
      if (!found || !isSecretOf(secret, found.session.secretHash)) return [null, null];
      const session: DatabaseSession = {
        id: found.session.sid,
        userId: found.person.id,
        expiresAt: found.session.expiresAt,
        attributes: { aal: found.session.aal as Aal }
      };
      return [session, { id: found.person.id, attributes: { live: found } }];
    },
    // Lucia renews after half the life and drops what is over. Ours: `keepSession` on a person's own requests, and an
    // audited clean-up. A look at a session changes nothing.
    updateSessionExpiration: () => Promise.resolve(),
    deleteSession: () => Promise.resolve()
  };
}
