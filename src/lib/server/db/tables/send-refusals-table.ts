import { sql } from 'drizzle-orm';
import type { SendRefusal } from '../../../core/quotas/send-refusal';
import type { SubjectType } from '../../../core/quotas/layers';
import type { Queryable } from '../driver/client';

/** Refusals of one account for one reason, since they were last written. */
export type RefusalsOf = SendRefusal & { account: string; asks: number; units: number };

/** Adds to the slot of five minutes that runs, all in one statement. */
export async function addRefusals(tx: Queryable, refusals: readonly RefusalsOf[]): Promise<void> {
  if (refusals.length === 0) return;
  await tx.execute(sql`insert into send_refusals as known (account, slot, reason, cap, layer, asks, units, last_at)
    select account, date_bin('5 minutes', now(), 'epoch'), reason, coalesce(cap, ''), coalesce(layer, ''), asks, units, now()
    from jsonb_to_recordset(${JSON.stringify(refusals)}::jsonb) as heard
      (account text, reason text, cap text, layer text, asks bigint, units bigint)
    order by account collate "C", reason, cap, layer
    on conflict (account, slot, reason, cap, layer) do update set
      asks = known.asks + excluded.asks, units = known.units + excluded.units, last_at = excluded.last_at`);
}

/** Refusals of a subject for one reason: of the last hour, to five minutes, and of the last 24. */
export type KnownRefusals = SendRefusal & {
  subject: { type: SubjectType; id: string; name: string };
  hour: { asks: number; units: number };
  day: { asks: number; units: number };
  lastAt: string;
};

/**
 * Subjects refused within the last 24 hours, the latest first; those that are gone are left out.
 * @param ids of these; null: of everybody
 */
export async function readRefusals(
  tx: Queryable,
  ids: readonly string[] | null,
  most: number
): Promise<KnownRefusals[]> {
  if (ids?.length === 0) return [];
  const whom = ids ? sql`s.id in ${ids}` : sql`true`;
  const rows = await tx.execute<{ known: KnownRefusals }>(sql`
    select jsonb_build_object('subject', jsonb_build_object('type', s.type, 'id', s.id, 'name', s.name),
      'reason', r.reason, 'cap', nullif(r.cap, ''), 'layer', nullif(r.layer, ''), 'lastAt', max(r.last_at),
      'hour', jsonb_build_object('asks', coalesce(sum(r.asks) filter (where r.slot > now() - interval '1 hour'), 0),
        'units', coalesce(sum(r.units) filter (where r.slot > now() - interval '1 hour'), 0)),
      'day', jsonb_build_object('asks', sum(r.asks), 'units', sum(r.units))) as known
    from send_refusals r join (
      select 'administrator' as type, id, name from administrators where deleted_at is null
      union all select 'application', id, name from applications where deleted_at is null
      union all select 'user', id, name from users where deleted_at is null) s
      on r.account = s.type || ':' || s.id
    where r.slot > now() - interval '24 hours' and ${whom}
    group by s.type, s.id, s.name, r.reason, r.cap, r.layer
    order by max(r.last_at) desc, s.name, r.reason, r.cap, r.layer limit ${most}`);
  return rows.map(({ known }) => known);
}

/** Forgets refusals of so many days ago. */
export async function forgetRefusals(tx: Queryable, days: number): Promise<void> {
  await tx.execute(sql`delete from send_refusals where slot < now() - make_interval(days => ${days})`);
}
