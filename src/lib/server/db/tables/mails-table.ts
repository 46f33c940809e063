import { and, eq, inArray, isNotNull, isNull, lt, lte, or, sql } from 'drizzle-orm';
import type { Database, Queryable } from '../driver/client';
import { ONE_ROW } from '../driver/columns';
import { mails } from '../schema/notices';
import { inParts } from '../driver/in-parts';
import type { AuditedTransaction } from '../driver/transaction';

export type MailRow = typeof mails.$inferSelect;

export async function insertMails(
  tx: AuditedTransaction,
  rows: readonly (typeof mails.$inferInsert)[]
): Promise<void> {
  for (const part of inParts(rows)) await tx.insert(mails).values(part).onConflictDoNothing();
}

/** Mail server that a mail goes through: the present one, or a former one (`server`). */
export const MAIL_WAYS = ['present', 'former'] as const;
export type MailWay = (typeof MAIL_WAYS)[number];

/**
 * Takes one mail that is due this way, so that nobody else sends it for `seconds`: a server may take longer over it
 * than a transaction may stay open. The try is counted. Null when none is due.
 */
export async function claimDueMail(db: Database, seconds: number, way: MailWay): Promise<MailRow | null> {
  const due = db
    .select({ id: mails.id })
    .from(mails)
    .where(
      and(
        isNull(mails.sentAt),
        isNull(mails.givenUpAt),
        lte(mails.nextAt, sql`now()`),
        way === 'present' ? isNull(mails.server) : isNotNull(mails.server)
      )
    )
    .orderBy(mails.nextAt)
    .limit(ONE_ROW)
    .for('update', { skipLocked: true });
  const [row] = await db
    .update(mails)
    .set({ attempts: sql`${mails.attempts} + 1`, nextAt: sql`now() + make_interval(secs => ${seconds})` })
    .where(eq(mails.id, due))
    .returning();
  return row ?? null;
}

/** Mails with a link that were handed to a server which somebody set, of these people. */
export async function mailsWithLink(
  tx: Queryable,
  accountIds: readonly string[]
): Promise<{ accountId: string; invitation: string; readers: string[] }[]> {
  if (accountIds.length === 0) return [];
  const rows = await tx
    .select({ accountId: mails.holderId, data: mails.data, readers: mails.readers })
    .from(mails)
    .where(and(inArray(mails.holderId, [...accountIds]), sql`cardinality(${mails.readers}) > 0`));
  return rows.flatMap(({ accountId, data, readers }) => {
    const invitation = data['invitation'] ?? null;
    return invitation === null ? [] : [{ accountId, invitation, readers }];
  });
}

/** Forgets mail that was sent or given up longer ago than `days`. */
export async function forgetMails(tx: Queryable, days: number): Promise<void> {
  await tx
    .delete(mails)
    .where(
      and(
        or(isNotNull(mails.sentAt), isNotNull(mails.givenUpAt)),
        lt(mails.createdAt, sql`now() - make_interval(days => ${days})`)
      )
    );
}

export async function updateMail(tx: Queryable, id: string, change: Partial<MailRow>): Promise<void> {
  await tx.update(mails).set(change).where(eq(mails.id, id));
}

/** Mail to somebody who is no more. */
export async function deleteMailsOf(tx: Queryable, accountId: string): Promise<void> {
  await tx.delete(mails).where(eq(mails.holderId, accountId));
}
