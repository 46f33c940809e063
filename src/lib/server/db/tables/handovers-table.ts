import { and, desc, eq, lt, ne, or, sql } from 'drizzle-orm';
import type { HandoverState } from '../../../core/forwarding/handovers';
import type { Queryable } from '../driver/client';
import { administrators } from '../schema/administrators';
import { handovers } from '../schema/handovers';
import type { AuditedTransaction } from '../driver/transaction';

export type HandoverRow = typeof handovers.$inferSelect;

/** More than this nobody looks through; what is open is bounded where it is sent. */
const MOST_LISTED = 200;

/** Keeps a new hand-over. `askedAt` null: at this moment, by the database's clock. */
export async function insertHandover(
  tx: AuditedTransaction,
  { askedAt, ...row }: Omit<typeof handovers.$inferInsert, 'askedAt'> & { askedAt: Date | null }
): Promise<void> {
  await tx.insert(handovers).values({ ...row, askedAt: askedAt ?? sql`now()` });
}

/** A hand-over, held until the transaction ends. */
export async function lockHandover(tx: AuditedTransaction, id: string): Promise<HandoverRow | null> {
  const [row] = await tx.select().from(handovers).where(eq(handovers.id, id)).for('update');
  return row ?? null;
}

export async function endHandover(
  tx: AuditedTransaction,
  id: string,
  end: { state: Exclude<HandoverState, 'open'>; endNote: string }
): Promise<void> {
  await tx
    .update(handovers)
    .set({ ...end, endedAt: sql`now()` })
    .where(eq(handovers.id, id));
}

/** Open hand-overs to a person, newest first. */
export async function openHandoversTo(tx: Queryable, toId: string): Promise<HandoverRow[]> {
  return tx
    .select()
    .from(handovers)
    .where(and(eq(handovers.toId, toId), eq(handovers.state, 'open')))
    .orderBy(desc(handovers.sentAt))
    .limit(MOST_LISTED);
}

/** Hand-overs a person sent, with their outcome: open ones, then ended ones, each newest first. */
export async function handoversFrom(tx: Queryable, fromId: string): Promise<HandoverRow[]> {
  return tx
    .select()
    .from(handovers)
    .where(eq(handovers.fromId, fromId))
    .orderBy(desc(sql`state = 'open'`), desc(handovers.sentAt))
    .limit(MOST_LISTED);
}

/** Number of hand-overs a person has to look at: open ones to them, and all that they sent, answered or not. */
export async function countHandovers(tx: Queryable, id: string): Promise<{ toMe: number; fromMe: number }> {
  const [row] = await tx
    .select({
      toMe: sql<number>`count(*) filter (where to_id = ${id} and state = 'open')`.mapWith(Number),
      fromMe: sql<number>`count(*) filter (where from_id = ${id})`.mapWith(Number)
    })
    .from(handovers)
    .where(or(eq(handovers.toId, id), eq(handovers.fromId, id)));
  return row ?? { toMe: 0, fromMe: 0 };
}

/** Number of hand-overs from one person to another: open ones, and those sent within the last hour. */
export async function countBetween(
  tx: Queryable,
  fromId: string,
  toId: string
): Promise<{ open: number; lastHour: number }> {
  const [row] = await tx
    .select({
      open: sql<number>`count(*) filter (where state = 'open')`.mapWith(Number),
      lastHour: sql<number>`count(*) filter (where sent_at > now() - interval '1 hour')`.mapWith(Number)
    })
    .from(handovers)
    .where(and(eq(handovers.fromId, fromId), eq(handovers.toId, toId)));
  return row ?? { open: 0, lastHour: 0 };
}

/** Forgets what ended longer ago than `days`: the log tells of it. */
export async function forgetHandovers(tx: AuditedTransaction, days: number): Promise<void> {
  await tx
    .delete(handovers)
    .where(
      and(ne(handovers.state, 'open'), lt(handovers.endedAt, sql`now() - make_interval(days => ${days})`))
    );
}

/**
 * Somebody is deleted permanently: what they ended goes with them, and what is open once the other one is gone,
 * too.
 */
export async function forgetHandoversOf(tx: AuditedTransaction, id: string): Promise<void> {
  const exists = (column: typeof handovers.fromId | typeof handovers.toId) =>
    sql`exists (select 1 from ${administrators} where ${administrators.id} = ${column})`;
  const concerned = or(
    and(eq(handovers.fromId, id), or(ne(handovers.state, 'open'), sql`not ${exists(handovers.toId)}`)),
    and(eq(handovers.toId, id), sql`not ${exists(handovers.fromId)}`)
  );
  await tx.delete(handovers).where(concerned);
}
