import { and, eq, lt, sql } from 'drizzle-orm';
import { builtOnce } from '../driver/built-once';
import type { Queryable } from '../driver/client';
import { quoted } from '../driver/listed';
import { operations } from '../schema/operations';
import type { AuditedTransaction } from '../driver/transaction';

export type StoredAnswer = Pick<typeof operations.$inferSelect, 'request' | 'answer' | 'parts' | 'at'>;

/** The answer once given to this operation of this actor; null when it is new. */
export async function findAnswer(tx: Queryable, actor: string, op: string): Promise<StoredAnswer | null> {
  const [row] = await answerOf(tx, { actor, op });
  return row ?? null;
}

const answerOf = builtOnce((db, slot) =>
  db
    .select({
      request: operations.request,
      answer: operations.answer,
      parts: operations.parts,
      at: operations.at
    })
    .from(operations)
    .where(and(eq(operations.actor, slot('actor')), eq(operations.op, slot('op'))))
);

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
  await answerStored(tx, { ...row, parts: row.parts && quoted(row.parts) });
}

const answerStored = builtOnce((db, slot) =>
  db.insert(operations).values({
    actor: slot('actor'),
    op: slot('op'),
    request: slot('request'),
    answer: slot('answer'),
    parts: sql`${slot('parts')}::text[]`,
    about: slot('about')
  })
);

/** Forgets answers older than `days`: far longer than any client keeps an intent. */
export async function forgetAnswers(tx: Queryable, days: number): Promise<void> {
  await tx.delete(operations).where(lt(operations.at, sql`now() - make_interval(days => ${days})`));
}

/** Puts in the place of all answers about a user that they are gone: what was said of them goes with them. */
export async function eraseAnswersAbout(tx: AuditedTransaction, user: string): Promise<void> {
  const answer = { refused: { code: 'not-found', what: 'user' } };
  await tx.update(operations).set({ answer }).where(eq(operations.about, user));
}
