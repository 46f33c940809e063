import { and, asc, desc, eq, gt, inArray, lt, ne, or, sql } from 'drizzle-orm';
import type { Queryable } from '../driver/client';
import { administrators } from '../schema/administrators';
import { roles } from '../schema/roles';
import { sessions } from '../schema/sessions';
import type { AuditedTransaction } from '../driver/transaction';

export type SessionRow = typeof sessions.$inferSelect;
export type SessionOwner = Pick<
  typeof administrators.$inferSelect,
  | 'id'
  | 'name'
  | 'email'
  | 'roleId'
  | 'owner'
  | 'status'
  | 'caps'
  | 'seq'
  | 'activationExpiresAt'
  | 'twoFactor'
  | 'require2fa'
  | 'require2faFrom'
  | 'ipAllowlist'
>;

/** A session that stands, with its person. */
export type StandingSession = {
  session: SessionRow;
  person: SessionOwner;
  /** The platform's rule about second factors; null: as it ships. */
  platform2fa: { required: boolean; from: string | null } | null;
};

/** What the role of a session's person asks for; apart, because a role is not locked with the session. */
export type RoleRule = { require2fa: boolean; require2faFrom: Date | null };

const live = and(gt(sessions.expiresAt, sql`now()`), gt(sessions.endsAt, sql`now()`));
const owner = {
  id: administrators.id,
  name: administrators.name,
  email: administrators.email,
  roleId: administrators.roleId,
  owner: administrators.owner,
  status: administrators.status,
  caps: administrators.caps,
  seq: administrators.seq,
  activationExpiresAt: administrators.activationExpiresAt,
  twoFactor: administrators.twoFactor,
  require2fa: administrators.require2fa,
  require2faFrom: administrators.require2faFrom,
  ipAllowlist: administrators.ipAllowlist
};
const roleRule = { require2fa: roles.require2fa, require2faFrom: roles.require2faFrom };
const platform2fa = sql<
  StandingSession['platform2fa']
>`(select value from settings where section = 'twoFactor')`;
const standing = and(live, eq(administrators.status, 'active'), sql`${administrators.deletedAt} is null`);

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
): Promise<(StandingSession & { role: RoleRule }) | null> {
  const [row] = await tx
    .select({ session: sessions, person: owner, role: roleRule, platform2fa })
    .from(sessions)
    .innerJoin(administrators, eq(administrators.id, sessions.administratorId))
    .innerJoin(roles, eq(roles.id, administrators.roleId))
    .where(and(eq(sessions.sid, sid), standing));
  return row ?? null;
}

/**
 * The same, held until the transaction ends: nobody can end the session or change the person meanwhile. The person is locked
 * before the session, as by everybody who ends sessions: else each would wait for the other.
 */
export async function lockSession(tx: AuditedTransaction, sid: string): Promise<StandingSession | null> {
  const [row] = await tx
    .select({ session: sessions, person: owner, platform2fa })
    .from(administrators)
    .innerJoin(sessions, eq(administrators.id, sessions.administratorId))
    .where(and(eq(sessions.sid, sid), standing))
    .for('share');
  return row ?? null;
}

/** Which of these sessions stand, with their people: one look for all open sockets of a process. */
export async function standingSessions(
  tx: Queryable,
  sids: readonly string[]
): Promise<Map<string, StandingSession & { role: RoleRule }>> {
  if (sids.length === 0) return new Map();
  const rows = await tx
    .select({ session: sessions, person: owner, role: roleRule, platform2fa })
    .from(sessions)
    .innerJoin(administrators, eq(administrators.id, sessions.administratorId))
    .innerJoin(roles, eq(roles.id, administrators.roleId))
    .where(and(inArray(sessions.sid, [...sids]), standing));
  return new Map(rows.map((row) => [row.session.sid, row]));
}

/** Gives a session a new secret: the old cookie is dead with this transaction (S-03). */
export async function renewSession(
  tx: AuditedTransaction,
  sid: string,
  change: { secretHash: Uint8Array; aal?: number; provedAt?: Date }
): Promise<void> {
  await tx.update(sessions).set(change).where(eq(sessions.sid, sid));
}

/** All sessions of these people that are not over, newest first. */
export async function sessionsOf(tx: Queryable, administratorIds: readonly string[]): Promise<SessionRow[]> {
  return tx
    .select()
    .from(sessions)
    .where(and(inArray(sessions.administratorId, [...administratorIds]), live))
    .orderBy(desc(sessions.createdAt));
}

/** Ends sessions of a person: all, or all but `except`, or `only` that one. Returns their ids. */
export async function deleteSessionsOf(
  tx: AuditedTransaction,
  administratorId: string,
  which: { except?: string | undefined; only?: string | undefined } = {}
): Promise<string[]> {
  const rows = await tx
    .delete(sessions)
    .where(
      and(
        eq(sessions.administratorId, administratorId),
        which.except === undefined ? undefined : ne(sessions.sid, which.except),
        which.only === undefined ? undefined : eq(sessions.sid, which.only)
      )
    )
    .returning({ sid: sessions.sid });
  return rows.map((row) => row.sid);
}

/** Ends the sessions of all members of a role, but `except`; null: all. */
export async function deleteSessionsOfRole(
  tx: AuditedTransaction,
  roleId: string,
  except: string | null
): Promise<{ sid: string; administratorId: string }[]> {
  const members = tx
    .select({ id: administrators.id })
    .from(administrators)
    .where(eq(administrators.roleId, roleId));
  return tx
    .delete(sessions)
    .where(
      and(inArray(sessions.administratorId, members), except === null ? undefined : ne(sessions.sid, except))
    )
    .returning({ sid: sessions.sid, administratorId: sessions.administratorId });
}

/** Moves the idle end of a session, never beyond its absolute end, and never of one that is over. */
export async function extendSession(tx: Queryable, sid: string, idleSeconds: number): Promise<void> {
  await tx
    .update(sessions)
    .set({ expiresAt: sql`least(${sessions.endsAt}, now() + make_interval(secs => ${idleSeconds}))` })
    .where(and(eq(sessions.sid, sid), live));
}

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
  administratorId: string,
  keep: number,
  spare: { complete?: boolean; except?: string } = {}
): Promise<string[]> {
  const rows = await tx
    .select({ sid: sessions.sid, aal: sessions.aal })
    .from(sessions)
    .where(eq(sessions.administratorId, administratorId))
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
): Promise<{ sid: string; administratorId: string; name: string }[]> {
  const rows = await tx
    .select({ sid: sessions.sid, administratorId: administrators.id, name: administrators.name })
    .from(sessions)
    .innerJoin(administrators, eq(administrators.id, sessions.administratorId))
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
  return rows;
}

/** Ends every session there is; how many. */
export async function deleteAllSessions(tx: AuditedTransaction): Promise<number> {
  return (await tx.delete(sessions).returning({ sid: sessions.sid })).length;
}
