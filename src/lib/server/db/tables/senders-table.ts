import { sql, type SQL } from 'drizzle-orm';
import type { Pause } from '../../../core/quotas/cap-usage';
import type { CapSettings } from '../../../core/quotas/caps';
import type { Raise, SubjectType } from '../../../core/quotas/layers';
import type { Queryable } from '../driver/client';

/** What decides how much somebody may send at this moment, of one moment. */
export type SenderFacts = {
  id: string;
  name: string;
  status: 'active' | 'suspended';
  /** Deactivated or deleted. */
  gone: boolean;
  /** Null of an application: it has none of its own. */
  caps: CapSettings | null;
  /** Stored sections of the settings, as they are; null: as they ship. */
  platform: unknown;
  general: unknown;
  sending: unknown;
  alerts: unknown;
  raises: (Raise & { until: string })[];
  /** Of the subject, or of everybody. */
  pauses: Pause[];
  /** The number of the newest entry of the log. */
  revision: number;
  /** When this was read, in the words of the database. */
  readAt: string;
};

/**
 * How somebody is found: by the id, or by what they sign in with, as email addresses are compared (core/text/names): their address or one of their
 * sending names. It finds somebody who is gone when nobody else has it.
 */
export type SenderName = { id: string } | { login: string };

/** What is known of a sender; null: there is none. */
export async function readSender(
  tx: Queryable,
  type: SubjectType,
  name: SenderName
): Promise<SenderFacts | null> {
  const where =
    'id' in name
      ? sql`s.id = ${name.id}`
      : sql`s.id = coalesce(
          (select id from administrators where email_key = ${name.login} and deleted_at is null),
          (select n.administrator_id from sending_names n join administrators a on a.id = n.administrator_id
            where n.key = ${name.login} and a.deleted_at is null),
          (select id from administrators where email_key = ${name.login} order by deleted_at desc limit 1),
          (select administrator_id from sending_names where key = ${name.login}))`;
  const [row] = await readFacts(tx, type, where);
  return row ?? null;
}

/** What is known of these, by name, but for who is gone; null: of all who have sent, or for whom a raise or a pause runs. */
export async function readSenders(
  tx: Queryable,
  type: SubjectType,
  ids: readonly string[] | null
): Promise<SenderFacts[]> {
  if (ids?.length === 0) return [];
  const account = sql`${`${type}:`} || s.id`;
  const whom = ids
    ? sql`s.id in ${ids}`
    : sql`(exists (select 1 from ledger_accounts where account = ${account})
        or exists (select 1 from send_raises where subject = ${account} and ended_at is null and until > ledger_now())
        or exists (select 1 from send_pauses where subject = ${account} and (until is null or until > ledger_now())))`;
  return readFacts(tx, type, sql`s.deleted_at is null and ${whom} order by s.name, s.id`);
}

async function readFacts(tx: Queryable, type: SubjectType, where: SQL): Promise<SenderFacts[]> {
  const from =
    type === 'administrator'
      ? sql`(select id, name, status, deleted_at, caps, email_key from administrators) s`
      : sql`(select id, name, status, deleted_at, null::jsonb as caps, null::text as email_key from applications) s`;
  const rows = await tx.execute<SenderFacts & { revision: string }>(sql`
    select s.id, s.name, s.status, s.deleted_at is not null as gone, s.caps,
      (select value from settings where section = 'caps') as platform,
      (select value from settings where section = 'general') as general,
      (select value from settings where section = 'sending') as sending,
      (select value from settings where section = 'alerts') as alerts,
      coalesce((select jsonb_agg(jsonb_build_object('cap', cap, 'amount', amount, 'until', until)) from send_raises
        where subject = ${`${type}:`} || s.id and ended_at is null and until > ledger_now()), '[]') as raises,
      coalesce((select jsonb_agg(jsonb_build_object('subject', subject, 'reason', reason, 'until', until, 'by', by_name))
        from send_pauses where subject in (${`${type}:`} || s.id, 'platform') and (until is null or until > ledger_now())), '[]') as pauses,
      (select coalesce(max(seq), 0)::text from audit.seq) as revision,
      ledger_now()::text as "readAt"
    from ${from} where ${where}`);
  return rows.map((row) => ({ ...row, revision: Number(row.revision) }));
}
