import { and, asc, eq, gt, inArray, lt, or, sql } from 'drizzle-orm';
import type { Queryable } from './client';
import { administrators, sessions } from './schema';
import type { AuditedTransaction } from './transaction';

export type SessionRow = typeof sessions.$inferSelect;
export type SessionOwner = Pick<
  typeof administrators.$inferSelect,
  'id' | 'name' | 'email' | 'roleId' | 'owner' | 'status' | 'caps' | 'seq'
>;

const live = and(gt(sessions.expiresAt, sql`now()`), gt(sessions.endsAt, sql`now()`));
const owner = {
  id: administrators.id,
  name: administrators.name,
  email: administrators.email,
  roleId: administrators.roleId,
  owner: administrators.owner,
  status: administrators.status,
  caps: administrators.caps,
  seq: administrators.seq
};
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
): Promise<{ session: SessionRow; person: SessionOwner } | null> {
  const [row] = await tx
    .select({ session: sessions, person: owner })
    .from(sessions)
    .innerJoin(administrators, eq(administrators.id, sessions.administratorId))
    .where(and(eq(sessions.sid, sid), standing));
  return row ?? null;
}

/** The same, held until the transaction ends: nobody can end the session or change the person meanwhile. */
export async function lockSession(
  tx: AuditedTransaction,
  sid: string
): Promise<{ session: SessionRow; person: SessionOwner } | null> {
  const [row] = await tx
    .select({ session: sessions, person: owner })
    .from(sessions)
    .innerJoin(administrators, eq(administrators.id, sessions.administratorId))
    .where(and(eq(sessions.sid, sid), standing))
    .for('share');
  return row ?? null;
}

/** Which of these sessions stand, with what their people are: one look for all open sockets of a process. */
export async function standingSessions(
  tx: Queryable,
  sids: readonly string[]
): Promise<Map<string, { personId: string; name: string; roleId: string; owner: boolean }>> {
  if (sids.length === 0) return new Map();
  const rows = await tx
    .select({
      sid: sessions.sid,
      personId: administrators.id,
      name: administrators.name,
      roleId: administrators.roleId,
      owner: administrators.owner
    })
    .from(sessions)
    .innerJoin(administrators, eq(administrators.id, sessions.administratorId))
    .where(and(inArray(sessions.sid, [...sids]), standing));
  return new Map(rows.map(({ sid, ...rest }) => [sid, rest]));
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

/** Ends the oldest sessions of a person beyond `keep`. */
export async function evictSessions(
  tx: AuditedTransaction,
  administratorId: string,
  keep: number
): Promise<string[]> {
  const rows = await tx
    .select({ sid: sessions.sid })
    .from(sessions)
    .where(eq(sessions.administratorId, administratorId))
    .orderBy(asc(sessions.createdAt));
  const old = rows.slice(0, Math.max(0, rows.length - keep)).map((row) => row.sid);
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
