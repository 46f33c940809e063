import { and, asc, eq, inArray, isNull, sql } from 'drizzle-orm';
import type { Queryable } from '../driver/client';
import { lockInOrder, type RecordLock } from '../driver/lock-in-order';
import { applications } from '../schema/applications';
import type { AuditedTransaction } from '../driver/transaction';

export type ApplicationRow = typeof applications.$inferSelect;
export type ApplicationLock = RecordLock;

const present = isNull(applications.deletedAt);

export async function insertApplication(
  tx: AuditedTransaction,
  row: typeof applications.$inferInsert
): Promise<void> {
  await tx.insert(applications).values(row);
}

export async function updateApplication(
  tx: AuditedTransaction,
  id: string,
  change: Partial<typeof applications.$inferInsert>
): Promise<void> {
  await tx.update(applications).set(change).where(eq(applications.id, id));
}

/** All applications, or those named, by name; deleted ones are left out. */
export async function readApplications(tx: Queryable, ids?: readonly string[]): Promise<ApplicationRow[]> {
  return tx
    .select()
    .from(applications)
    .where(ids ? and(inArray(applications.id, [...ids]), present) : present)
    .orderBy(asc(applications.name), asc(applications.id));
}

/**
 * Locks applications for a decision, always in the order of their ids, as people and roles are. Deleted ones are left
 * out.
 */
export async function lockApplications(
  tx: AuditedTransaction,
  locks: readonly ApplicationLock[]
): Promise<Map<string, ApplicationRow>> {
  return lockInOrder(locks, (id, mode) => lockApplication(tx, id, mode));
}

async function lockApplication(
  tx: AuditedTransaction,
  id: string,
  mode: ApplicationLock['mode']
): Promise<ApplicationRow[]> {
  const query = tx
    .select()
    .from(applications)
    .where(and(eq(applications.id, id), present));
  return query.for(mode);
}

/** The application whose name looks like this one; null when the name is free. */
export async function findApplicationByNameKey(
  tx: Queryable,
  nameKey: string
): Promise<{ id: string; name: string } | null> {
  const [row] = await tx
    .select({ id: applications.id, name: applications.name })
    .from(applications)
    .where(and(eq(applications.nameKey, nameKey), present));
  return row ?? null;
}

/** Applications that hold a role. */
export async function applicationsOfRole(tx: Queryable, roleId: string): Promise<ApplicationRow[]> {
  return tx
    .select()
    .from(applications)
    .where(and(eq(applications.roleId, roleId), present));
}

/** The ids of the applications that somebody answers for. */
export async function applicationsOfSteward(tx: Queryable, stewardId: string): Promise<string[]> {
  const rows = await tx
    .select({ id: applications.id })
    .from(applications)
    .where(and(eq(applications.stewardId, stewardId), present));
  return rows.map(({ id }) => id);
}

/** Gives all applications of a role another one; which they are. */
export async function moveApplications(
  tx: AuditedTransaction,
  from: string,
  to: string
): Promise<{ id: string; name: string }[]> {
  return tx
    .update(applications)
    .set({ roleId: to, seq: sql`${applications.seq} + 1` })
    .where(and(eq(applications.roleId, from), present))
    .returning({ id: applications.id, name: applications.name });
}

/** Says of a steward's applications since when nobody answers for them; null: somebody does again. Which they are. */
export async function setStewardGone(
  tx: AuditedTransaction,
  stewardId: string,
  since: Date | null
): Promise<{ id: string; name: string }[]> {
  return tx
    .update(applications)
    .set({ stewardGoneAt: since, seq: sql`${applications.seq} + 1` })
    .where(
      and(
        eq(applications.stewardId, stewardId),
        present,
        since === null ? sql`steward_gone_at is not null` : isNull(applications.stewardGoneAt)
      )
    )
    .returning({ id: applications.id, name: applications.name });
}
