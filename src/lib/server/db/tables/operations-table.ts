import { and, eq, lt, sql } from 'drizzle-orm';
import type { Queryable } from '../driver/client';
import { operations } from '../schema/operations';
import type { AuditedTransaction } from '../driver/transaction';

export type StoredAnswer = Pick<typeof operations.$inferSelect, 'request' | 'answer' | 'parts' | 'at'>;

/** The answer once given to this operation of this actor; null when it is new. */
export async function findAnswer(tx: Queryable, actor: string, op: string): Promise<StoredAnswer | null> {
  const [row] = await tx
    .select({
      request: operations.request,
      answer: operations.answer,
      parts: operations.parts,
      at: operations.at
    })
    .from(operations)
    .where(and(eq(operations.actor, actor), eq(operations.op, op)));
  return row ?? null;
}

/** Stores the answer. The primary key makes the loser of a race start over and find it. */
export async function storeAnswer(
  tx: AuditedTransaction,
  row: {
    actor: string;
    op: string;
    request: Uint8Array;
    answer: unknown;
    parts: string[] | null;
    /** The user that it is about; null: none. */
    about: string | null;
  }
): Promise<void> {
  await tx.insert(operations).values(row);
}

/** Forgets answers older than `days`: far longer than any client keeps an intent. */
export async function forgetAnswers(tx: Queryable, days: number): Promise<void> {
  await tx.delete(operations).where(lt(operations.at, sql`now() - make_interval(days => ${days})`));
}

/** Puts in the place of all answers about a user that they are gone: what was said of them goes with them. */
export async function eraseAnswersAbout(tx: AuditedTransaction, user: string): Promise<void> {
  const answer = { refused: { code: 'not-found', what: 'user' } };
  await tx.update(operations).set({ answer }).where(eq(operations.about, user));
}
