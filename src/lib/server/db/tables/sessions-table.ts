import { and, asc, desc, eq, gt, inArray, lt, ne, or, sql } from 'drizzle-orm';
import type { AccountKind, AccountRef } from '../../../core/sign-in/account';
import { accountGate } from '../../../core/users/account-gate';
import { builtOnce } from '../driver/built-once';
import type { Queryable } from '../driver/client';
import { quoted } from '../driver/listed';
import { administrators } from '../schema/administrators';
import { packages } from '../schema/packages';
import { roles } from '../schema/roles';
import { sessions } from '../schema/sessions';
import { users } from '../schema/users';
import type { AuditedTransaction } from '../driver/transaction';
import { administratorOwner, ofAdministrator, ofUser, userOwner, type SessionOwner } from './session-owner';

export type { SessionOwner };

export type SessionRow = typeof sessions.$inferSelect;

/** A session that stands, with its person. */
export type ValidSession = {
  session: SessionRow;
  person: SessionOwner;
  /** The platform's rule about second factors; null: as it ships. */
  platform2fa: { required: boolean; from: string | null } | null;
  /** Visit of a staff member who acts in the session in the person's place; absent: the person acts (visits-table). */
  visit?: Visit;
};

/** Visit: a staff member is signed in as a user. */
export type Visit = {
  by: SessionOwner;
  role: RoleRule;
  /** Assurance of the session that it was begun in. */
  aal: Aal;
  parentSid: string;
};

type Aal = 1 | 2;

/** Second-factor rule of the role of a session's person; apart, because a role is not locked with the session. */
export type RoleRule = { require2fa: boolean; require2faFrom: Date | null };

const live = and(gt(sessions.expiresAt, sql`now()`), gt(sessions.endsAt, sql`now()`));
export const roleRule = { require2fa: roles.require2fa, require2faFrom: roles.require2faFrom };
export const platform2fa = sql<
  ValidSession['platform2fa']
>`(select value from settings where section = 'twoFactor')`;

/** True if this person may have a session at all (core/users/account-gate). */
function mayBeHere<S extends { person: SessionOwner }>(standing: S): boolean {
  return accountGate(standing.person, Date.now()) !== 'barred';
}

export async function insertSession(
  tx: AuditedTransaction,
  row: typeof sessions.$inferInsert
): Promise<void> {
  await tx.insert(sessions).values(row);
}

/** A session that stands, with its person; null when it ended or its person may not be here. */
export async function findSession(
  tx: Queryable,
  sid: string
): Promise<(ValidSession & { role: RoleRule }) | null> {
  return (await validSessions(tx, [sid])).get(sid) ?? null;
}

/**
 * The same, held until the transaction ends: nobody can end the session or change the person meanwhile. The person
 * is locked before the session, as by everybody who ends sessions: else each would wait for the other. A user's
 * package is held with it.
 */
export async function lockSession(
  tx: AuditedTransaction,
  { sid, kind }: { sid: string; kind: AccountKind }
): Promise<ValidSession | null> {
  const standing = kind === 'administrator' ? await lockOfAdministrator(tx, sid) : await lockOfUser(tx, sid);
  return standing && mayBeHere(standing) ? standing : null;
}

async function lockOfAdministrator(tx: AuditedTransaction, sid: string): Promise<ValidSession | null> {
  const [row] = await heldOfAdministrator(tx, { sid });
  return row ? { ...row, person: administratorOwner(row.person) } : null;
}

const heldOfAdministrator = builtOnce((db, slot) =>
  db
    .select({ session: sessions, person: ofAdministrator, platform2fa })
    .from(administrators)
    .innerJoin(sessions, eq(administrators.id, sessions.administratorId))
    .where(and(eq(sessions.sid, slot('sid')), live))
    .for('share')
);

async function lockOfUser(tx: AuditedTransaction, sid: string): Promise<ValidSession | null> {
  const [row] = await heldOfUser(tx, { sid });
  if (!row) return null;
  const { session, person, roleId, platform2fa: rule } = row;
  return { session, person: userOwner(person, roleId), platform2fa: rule };
}

const heldOfUser = builtOnce((db, slot) =>
  db
    .select({ session: sessions, person: ofUser, roleId: packages.roleId, platform2fa })
    .from(users)
    .innerJoin(packages, eq(packages.id, users.packageId))
    .innerJoin(sessions, eq(users.id, sessions.userId))
    .where(and(eq(sessions.sid, slot('sid')), live))
    .for('share')
);

/** Those of these sessions that stand, with their people: one look for all open sockets of a process. */
export async function validSessions(
  tx: Queryable,
  sids: readonly string[]
): Promise<Map<string, ValidSession & { role: RoleRule }>> {
  if (sids.length === 0) return new Map();
  const rows = await sessionsThatStand(tx, { sids: quoted(sids) });
  return new Map(
    rows.flatMap(({ administrator, user, packageRole, ...row }) => {
      const person = administrator
        ? administratorOwner(administrator)
        : user && packageRole !== null && userOwner(user, packageRole);
      return person && mayBeHere({ person }) ? [[row.session.sid, { ...row, person }] as const] : [];
    })
  );
}

const sessionsThatStand = builtOnce((db, slot) =>
  db
    .select({
      ...{ session: sessions, administrator: ofAdministrator, user: ofUser },
      ...{ packageRole: packages.roleId, role: roleRule, platform2fa }
    })
    .from(sessions)
    .leftJoin(administrators, eq(administrators.id, sessions.administratorId))
    .leftJoin(users, eq(users.id, sessions.userId))
    .leftJoin(packages, eq(packages.id, users.packageId))
    .innerJoin(roles, eq(roles.id, sql`coalesce(${administrators.roleId}, ${packages.roleId})`))
    .where(and(sql`${sessions.sid} = any(${slot('sids')}::text[])`, live))
);

/** Gives a session a new secret: the old cookie is dead with this transaction (S-03). */
export async function renewSession(
  tx: AuditedTransaction,
  sid: string,
  change: { secretHash: Uint8Array; aal?: number; provedAt?: Date }
): Promise<void> {
  await tx.update(sessions).set(change).where(eq(sessions.sid, sid));
}

/** All sessions of these people that are not over, newest first. */
export async function sessionsOf(tx: Queryable, accountIds: readonly string[]): Promise<SessionRow[]> {
  return tx
    .select()
    .from(sessions)
    .where(and(inArray(sessions.holderId, [...accountIds]), live))
    .orderBy(desc(sessions.createdAt));
}

/** Ends sessions of a person: all, or all but `except`, or `only` that one. Returns their ids. */
export async function deleteSessionsOf(
  tx: AuditedTransaction,
  accountId: string,
  which: { except?: string | undefined; only?: string | undefined } = {}
): Promise<string[]> {
  const rows = await tx
    .delete(sessions)
    .where(
      and(
        eq(sessions.holderId, accountId),
        which.except === undefined ? undefined : ne(sessions.sid, which.except),
        which.only === undefined ? undefined : eq(sessions.sid, which.only)
      )
    )
    .returning({ sid: sessions.sid });
  return rows.map((row) => row.sid);
}

/** Ends the sessions of all administrators who hold a role, but `except`; null: all. `id`: whose it was. */
export async function deleteSessionsOfRole(
  tx: AuditedTransaction,
  roleId: string,
  except: string | null
): Promise<{ sid: string; id: string }[]> {
  const members = tx
    .select({ id: administrators.id })
    .from(administrators)
    .where(eq(administrators.roleId, roleId));
  return tx
    .delete(sessions)
    .where(
      and(inArray(sessions.administratorId, members), except === null ? undefined : ne(sessions.sid, except))
    )
    .returning({ sid: sessions.sid, id: sessions.holderId });
}

/** Moves the idle end of a session, never beyond its absolute end, and never of one that is over. */
export async function extendSession(tx: Queryable, sid: string, idleSeconds: number): Promise<void> {
  await extended(tx, { sid, idleSeconds });
}

const extended = builtOnce((db, slot) =>
  db
    .update(sessions)
    .set({
      expiresAt: sql`least(${sessions.endsAt}, now() + make_interval(secs => ${slot('idleSeconds')}))`
    })
    .where(and(eq(sessions.sid, slot('sid')), live))
);

export async function deleteSession(tx: AuditedTransaction, sid: string): Promise<SessionRow | null> {
  const [row] = await tx.delete(sessions).where(eq(sessions.sid, sid)).returning();
  return row ?? null;
}

/**
 * Ends sessions of a person beyond `keep`, the oldest first, and before all others those with a password alone.
 * @param spare `complete`: none that showed a second factor; `except`: never this one
 */
export async function evictSessions(
  tx: AuditedTransaction,
  accountId: string,
  keep: number,
  spare: { complete?: boolean; except?: string } = {}
): Promise<string[]> {
  const rows = await tx
    .select({ sid: sessions.sid, aal: sessions.aal })
    .from(sessions)
    .where(eq(sessions.holderId, accountId))
    .orderBy(asc(sessions.aal), asc(sessions.createdAt));
  const old = rows
    .filter(({ sid, aal }) => sid !== spare.except && !(spare.complete && aal === 2))
    .slice(0, Math.max(0, rows.length - keep))
    .map(({ sid }) => sid);
  if (old.length > 0) await tx.delete(sessions).where(inArray(sessions.sid, old));
  return old;
}

/** Deletes sessions whose time is over, at most `limit`, and says whose they were. */
export async function deleteExpired(
  tx: AuditedTransaction,
  limit: number
): Promise<{ sid: string; whose: AccountRef & { name: string } }[]> {
  const rows = await tx
    .select({
      ...{ sid: sessions.sid, id: sessions.holderId, userId: sessions.userId },
      name: sql<string>`coalesce(${administrators.name}, ${users.name})`
    })
    .from(sessions)
    .leftJoin(administrators, eq(administrators.id, sessions.administratorId))
    .leftJoin(users, eq(users.id, sessions.userId))
    .where(or(lt(sessions.expiresAt, sql`now()`), lt(sessions.endsAt, sql`now()`)))
    .limit(limit)
    .for('update', { of: sessions, skipLocked: true });
  if (rows.length > 0)
    await tx.delete(sessions).where(
      inArray(
        sessions.sid,
        rows.map((row) => row.sid)
      )
    );
  return rows.map(({ sid, id, userId, name }) => ({
    sid,
    whose: { kind: userId === null ? 'administrator' : 'user', id, name }
  }));
}

/** Ends every session there is; how many. */
export async function deleteAllSessions(tx: AuditedTransaction): Promise<number> {
  return (await tx.delete(sessions).returning({ sid: sessions.sid })).length;
}
