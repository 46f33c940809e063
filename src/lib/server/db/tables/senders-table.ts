import { sql, type SQL } from 'drizzle-orm';
import type { Pause } from '../../../core/quotas/cap-usage';
import type { CapSettings } from '../../../core/quotas/caps';
import { SUBJECT_TYPES, type Raise, type SubjectType } from '../../../core/quotas/layers';
import type { UserStatus } from '../../../core/users/user-status';
import type { Queryable } from '../driver/client';
import { listed, quoted } from '../driver/listed';

/** Facts that decide how much a subject may send, all read at one moment. */
export type SenderFacts = {
  type: SubjectType;
  id: string;
  name: string;
  /** Status as it is stored: of a user it counts for what it is at a moment (core/users/user-status). */
  status: UserStatus;
  /** End of a user's suspension, in milliseconds of the epoch; null of all others. */
  suspendedUntil: number | null;
  closesAt: number | null;
  /** Deactivated, deleted or closed. */
  gone: boolean;
  /** Null of an application: it has none of its own. */
  caps: CapSettings | null;
  /** Package of a user, whose caps hold where the user has none of its own; null of all others. */
  package: { id: string; name: string; caps: CapSettings } | null;
  /** A user's own; null: the installation's. */
  timeZone: string | null;
  /** Stored sections of the settings, as they are; null: as they ship. */
  platform: unknown;
  general: unknown;
  sending: unknown;
  alerts: unknown;
  raises: (Raise & { until: string })[];
  /** Pauses of the subject, or of everybody. */
  pauses: Pause[];
  /** The number of the newest entry of the log. */
  revision: number;
  /** Time of reading, as the database writes it, and in milliseconds of the epoch. */
  readAt: string;
  at: number;
};

/**
 * Name a sender is found by: its id, or its login, compared as email addresses are (core/text/names), that is its
 * address or one of its sending names. A sender that is gone is found only when nobody else has the login. Without
 * a type it is whoever signs in to a mail server by this name, a person or a user.
 */
export type SenderName = { type: SubjectType | null } & ({ id: string } | { login: string });

/** Facts about senders, in the order of their names, in one statement; null: there is none of this name. */
export async function readNamedSenders(
  tx: Queryable,
  names: readonly SenderName[]
): Promise<(SenderFacts | null)[]> {
  const ids = names.map((name) => ('id' in name ? name.id : null));
  const logins = names.map((name) => ('login' in name ? name.login : null));
  // Cast from text, and told by queries of their own: where the planner knows how long a list is, it makes a plan for
  // each reading, which takes longer than the reading itself.
  const rows = await readFacts(
    tx,
    sql`n.place`,
    sql`unnest((select ${quoted(names.map(({ type }) => type))}::text::text[]), (select ${listed(ids)}::text::uuid[]),
        (select ${quoted(logins)}::text::text[])) with ordinality n(type, id, login, place)
      cross join lateral (select coalesce(n.id, ${HOLDER}) as id offset 0) whom
      cross join lateral (${NAMED}) s(${COLUMNS})`
  );
  const found = names.map((): SenderFacts | null => null);
  for (const { place, ...facts } of rows) found[place - 1] ??= facts;
  return found;
}

/**
 * Facts about these senders, by name, without those that are gone; null: of all that have sent, or for which a
 * raise or a pause runs.
 */
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
  return readFacts(
    tx,
    sql`null`,
    sql`(${ofType(type)}) s(${COLUMNS}) where s.deleted_at is null and ${whom} order by s.name, s.id`
  );
}

type People = Record<'table' | 'holder' | 'asked', SQL>;
const PEOPLE: readonly People[] = [
  { table: sql`administrators`, holder: sql`administrator_id`, asked: sql`n.type is distinct from 'user'` },
  { table: sql`users`, holder: sql`user_id`, asked: sql`n.type is distinct from 'administrator'` }
];
/** Queries of whoever has the login of the name n now, and then of whoever had it. */
const TRIED: readonly ((people: People) => SQL)[] = [
  ({ table, asked }) =>
    sql`(select id from ${table} where ${asked} and email_key = n.login and deleted_at is null)`,
  ({ table, holder, asked }) => sql`(select p.id from sending_names k join ${table} p on p.id = k.${holder}
    where ${asked} and k.key = n.login and p.deleted_at is null)`,
  ({ table, asked }) =>
    sql`(select id from ${table} where ${asked} and email_key = n.login order by deleted_at desc limit 1)`,
  ({ holder, asked }) => sql`(select ${holder} from sending_names where ${asked} and key = n.login)`
];
/** Ids that they find: addresses and sending names of people and users are one space. */
const HOLDER = sql.join(
  TRIED.flatMap((tried) => PEOPLE.map(tried)),
  sql`, `
);

const COLUMNS = sql`type, id, name, status, deleted_at, caps, suspended_until, closes_at, package, time_zone`;
const NOT_OF_USERS = sql`null::float8 as suspended_until, null::float8 as closes_at, null::jsonb as package, null::text as time_zone`;

/** Query of all subjects of a type. */
function ofType(type: SubjectType): SQL {
  switch (type) {
    case 'administrator':
      return sql`select 'administrator' as type, id, name, status, deleted_at, caps, ${NOT_OF_USERS} from administrators`;
    case 'application':
      return sql`select 'application' as type, id, name, status, deleted_at, null::jsonb as caps, ${NOT_OF_USERS} from applications`;
    case 'user':
      return sql`select 'user' as type, u.id, u.name, u.status, u.deleted_at, u.caps,
        extract(epoch from u.suspended_until)::float8 * 1000, extract(epoch from u.closes_at)::float8 * 1000,
        jsonb_build_object('id', p.id, 'name', p.name, 'caps', p.caps), u.time_zone
        from users u join packages p on p.id = u.package_id`;
  }
}

/** The subject whose id is `whom.id`, of the type that the name n asks for. */
const NAMED = sql.join(
  SUBJECT_TYPES.map((type) => {
    // A mail server's name is a person's or a user's.
    const isAsked =
      type === 'application' ? sql`n.type = one.type` : sql`coalesce(n.type, one.type) = one.type`;
    return sql`select * from (${ofType(type)}) one(${COLUMNS}) where ${isAsked} and one.id = whom.id`;
  }),
  sql` union all `
);

/** Facts about the subjects s of a query, each with a place in a list. */
async function readFacts(tx: Queryable, place: SQL, from: SQL): Promise<(SenderFacts & { place: number })[]> {
  const account = sql`s.type || ':' || s.id`;
  const rows = await tx.execute<SenderFacts & { revision: string; place: number }>(sql`
    select ${place}::int as place, s.type, s.id, s.name, s.status, s.deleted_at is not null as gone, s.caps, s.package, s.time_zone as "timeZone",
      s.suspended_until as "suspendedUntil", s.closes_at as "closesAt",
      (select value from settings where section = 'caps') as platform,
      (select value from settings where section = 'general') as general,
      (select value from settings where section = 'sending') as sending,
      (select value from settings where section = 'alerts') as alerts,
      coalesce((select jsonb_agg(jsonb_build_object('cap', cap, 'amount', amount, 'until', until)) from send_raises
        where subject = ${account} and ended_at is null and until > ledger_now()), '[]') as raises,
      coalesce((select jsonb_agg(jsonb_build_object('subject', subject, 'reason', reason, 'until', until, 'by', by_name))
        from send_pauses where subject in (${account}, 'platform') and (until is null or until > ledger_now())), '[]') as pauses,
      (select coalesce(max(seq), 0)::text from audit.seq) as revision,
      ledger_now()::text as "readAt", extract(epoch from ledger_now())::float8 * 1000 as at
    from ${from}`);
  return rows.map((row) => ({ ...row, revision: Number(row.revision) }));
}
