import { eq, inArray, lte, sql } from 'drizzle-orm';
import type { AuditActor, AuditEvent } from '../../../core/log/entry';
import { denials, type DeniedRequest } from '../schema/denials';
import type { AuditedTransaction } from '../driver/transaction';

export type CountedDenials = typeof denials.$inferSelect;

/** Time within which equal denials are counted together, in seconds. */
const MINUTE = 60;
/** Kinds of denials of one person that are counted each on its own; all others of that minute are counted together. */
export const MOST_KINDS = 50;
/** Blocks that end in one transaction. */
const AT_ONCE = 200;

export type Denial = {
  /** Key that equal denials share. */
  kind: string;
  /** Whoever acts, and in whose place: what is too much of them is counted together. */
  whose: string;
  administratorId: string;
  /** The entry, should this be the first. */
  entry: string;
  actor: AuditActor;
  request: DeniedRequest;
  event: AuditEvent;
  /** Number of equal denials: at least one. */
  times: number;
};

/**
 * Counts a denial. Whether it is the first of its minute, and then an entry of its own, and which entry that is.
 * Held until the transaction ends: of many at once, at however many processes, one is the first.
 */
export async function countDenial(
  tx: AuditedTransaction,
  { kind, whose, administratorId, entry, actor, request, event, times }: Denial
): Promise<{ isFirst: boolean; first: string }> {
  const [row] = await tx.execute<{ repeats: number; first: string }>(sql`
    insert into denials (kind, administrator_id, first, repeats, until, actor, request, event)
    select case when own then ${kind} else ${restOf(whose)} end, ${administratorId}, ${entry}::uuid,
      case when own then ${times - 1}::integer else ${times}::integer end, clock_timestamp() + make_interval(secs => ${MINUTE}),
      ${JSON.stringify(actor)}::jsonb, ${JSON.stringify(request)}::jsonb,
      case when own then ${JSON.stringify(event)}::jsonb end
    from (select exists (select 1 from denials where kind = ${kind})
      or (select count(*) from denials where administrator_id = ${administratorId}) < ${MOST_KINDS} as own) asked
    on conflict (kind) do update
      set repeats = denials.repeats + ${times}::integer, actor = excluded.actor, request = excluded.request
    returning repeats, first`);
  return { isFirst: row!.repeats < times, first: row!.first };
}

/** Ends blocks of this kind, and of the rest of whose it is, of which the minute is over. */
export async function endDenialsOf(
  tx: AuditedTransaction,
  kind: string,
  whose: string
): Promise<CountedDenials[]> {
  return tx
    .delete(denials)
    .where(sql`${inArray(denials.kind, [kind, restOf(whose)])} and ${denials.until} <= clock_timestamp()`)
    .returning();
}

/** Ends blocks whose minute is over, so many at once: those that no other process is ending at this moment. */
export async function endDenials(tx: AuditedTransaction): Promise<CountedDenials[]> {
  const over = tx
    .select({ kind: denials.kind })
    .from(denials)
    .where(lte(denials.until, sql`clock_timestamp()`))
    .orderBy(denials.until)
    .limit(AT_ONCE)
    .for('update', { skipLocked: true });
  return tx.delete(denials).where(inArray(denials.kind, over)).returning();
}

/** Forgets what is counted of somebody, which becomes no entry any more. */
export async function deleteDenialsOf(tx: AuditedTransaction, accountId: string): Promise<void> {
  await tx.delete(denials).where(eq(denials.administratorId, accountId));
}

/** The kind of all denials of somebody that are too many for kinds of their own. */
export function restOf(whose: string): string {
  return `rest:${whose}`;
}
