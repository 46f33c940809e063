import { sql } from 'drizzle-orm';
import { TOLD_MINUTES, type CallOutcome, type CallRefusal } from '../../../core/applications/calls';
import type { Queryable } from '../driver/client';

/** Calls of one application with one outcome, since they were last written. */
export type CallsOf = {
  applicationId: string;
  outcome: CallOutcome;
  /** Permission that was missing; empty: none was. */
  permission: string;
  calls: number;
};

/** Adds to the minute that runs, all in one statement; rows in one order, so that processes never wait in a circle. */
export async function addCalls(tx: Queryable, counts: readonly CallsOf[]): Promise<void> {
  if (counts.length === 0) return;
  await tx.execute(sql`insert into call_counts as known (application_id, minute, outcome, permission, calls, last_at)
    select "applicationId", date_trunc('minute', now()), outcome, permission, calls, now()
    from jsonb_to_recordset(${JSON.stringify(counts)}::jsonb) as counted
      ("applicationId" uuid, outcome text, permission text, calls bigint)
    order by 1, outcome, permission
    on conflict (application_id, minute, outcome, permission) do update set
      calls = known.calls + excluded.calls, last_at = excluded.last_at`);
}

/** Calls of an application in the last minutes: oldest first, the last one runs. */
export type KnownCalls = { id: string; minutes: number[] };

/** Calls of an application that were refused within a day for one reason. */
export type RefusedCalls = { reason: CallRefusal; permission: string | null; times: number; lastAt: string };

/**
 * Calls of applications that there are.
 * @param id of one alone; null: of all
 * @returns `seconds` of the minute that runs, by the database's clock
 */
export async function readCalls(
  tx: Queryable,
  id: string | null
): Promise<{ seconds: number; calls: KnownCalls[] }> {
  const whose = id === null ? sql`true` : sql`a.id = ${id}::uuid`;
  const rows = await tx.execute<{ seconds: number; calls: KnownCalls | null }>(sql`
    select extract(second from now())::float8 as seconds, case when a.id is null then null else jsonb_build_object('id', a.id,
      'minutes', (select jsonb_agg(coalesce(c.calls, 0) order by m.minute)
        from generate_series(date_trunc('minute', now()) - make_interval(mins => ${TOLD_MINUTES - 1}), date_trunc('minute', now()), '1 minute')
          as m (minute)
        left join call_counts c on c.application_id = a.id and c.minute = m.minute and c.outcome = 'let-through')) end as calls
    from (select 1) one left join applications a on a.deleted_at is null and ${whose}`);
  return {
    seconds: rows[0]?.seconds ?? 0,
    calls: rows.flatMap(({ calls }) => calls ?? [])
  };
}

/** Refusals of an application within a day by reason, the latest first: at most so many reasons. */
export async function readRefusedCalls(tx: Queryable, id: string, most: number): Promise<RefusedCalls[]> {
  const rows = await tx.execute<Omit<RefusedCalls, 'lastAt'> & { at: number }>(sql`
    select outcome as reason, nullif(permission, '') as permission, sum(calls)::float8 as times,
      extract(epoch from max(last_at))::float8 * 1000 as at
    from call_counts
    where application_id = ${id}::uuid and outcome <> 'let-through' and minute > now() - interval '24 hours'
    group by outcome, permission order by max(last_at) desc limit ${most}`);
  return rows.map(({ at, ...line }) => ({ ...line, lastAt: new Date(at).toISOString() }));
}

/** Forgets what is no longer told of: rates after an hour, refusals after so many days. */
export async function forgetCalls(tx: Queryable, days: number): Promise<void> {
  await tx.execute(sql`delete from call_counts where minute < now() - make_interval(days => ${days})
    or (outcome = 'let-through' and minute < now() - interval '1 hour')`);
}
