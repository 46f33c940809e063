import postgres from 'postgres';

/** Filled in one go. */
const PIECE = 50_000;

/** Whom a made log is about, beside the ones who are there: enough that most of them are rare. */
const PEOPLE = 400;
const FIRST = [
  'Priya',
  'Omar',
  'Ines',
  'Jonas',
  'Aiko',
  'Tomás',
  'Noor',
  'Lena',
  'Yusuf',
  'Chiara',
  'Søren',
  'Ελένη',
  'Милена',
  'Wei',
  'Ada',
  'Kofi'
];
const LAST = [
  'Nair',
  'Haddad',
  'Costa',
  'Weber',
  'Mori',
  'Alves',
  'Rahman',
  'Vogel',
  'Demir',
  'Conti',
  'Lund',
  'Παππά',
  'Петрова',
  'Chen',
  'Okoye',
  'Mensah',
  'Brandt',
  'Silva',
  'Novak',
  'Keller',
  'Duarte',
  'Hansen',
  'Rossi',
  'Marin',
  'Kaya'
];

/**
 * Puts so many entries into the log of an installation, past the fence but in the very tables: bodies, personal data
 * and numbers as the program writes them, spread over the last 400 days. What they are searched by is left to the
 * program.
 */
export async function fillLog(databaseUrl: string, entries: number): Promise<void> {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => undefined });
  try {
    await sql`set session_replication_role = replica`;
    await sql`set synchronous_commit = off`;
    await sql`select setseed(0.42)`;
    await sql`create temp table made_person as
      select n, gen_random_uuid()::text as id,
        (${FIRST}::text[])[1 + n % ${FIRST.length}::int] || ' ' || (${LAST}::text[])[1 + (n / ${FIRST.length}::int) % ${LAST.length}::int] as name,
        format('%s.%s.%s.%s', 20 + n % 180, (n * 7) % 250, (n * 13) % 250, 1 + (n * 29) % 250) as ip
      from generate_series(0, ${PEOPLE - 1}::int) n`;
    await sql`create temp table made_permission as
      select row_number() over (order by permission_id) - 1 as n, permission_id as id from (select distinct permission_id from role_permissions) p`;
    const [given] = await sql<{ seq: number }[]>`select coalesce(max(seq), 0)::int as seq from audit.seq`;
    const first = given!.seq + 1;
    for (let at = 0; at < entries; at += PIECE)
      await fillPiece(sql, first + at, Math.min(PIECE, entries - at), entries, first);
    await sql`select audit.complete_nodes()`;
    await sql`set session_replication_role = origin`;
    await sql`vacuum analyze`;
  } finally {
    await sql.end();
  }
}

/** Most is done by few people, most of it signing in; every seventh entry changes a role or a person. */
async function fillPiece(
  sql: postgres.Sql,
  from: number,
  count: number,
  entries: number,
  first: number
): Promise<void> {
  await sql`
    with drawn as materialized (
      select s as seq, random() as which, floor(${PEOPLE}::int * power(random(), 3))::int as who, floor(${PEOPLE}::int * random())::int as whom,
        floor(10 * power(random(), 2))::int as role, floor((select count(*) from made_permission) * power(random(), 2))::int as permission, random() as luck,
        random() as device, gen_random_uuid()::text as id, gen_random_uuid()::text as req, md5(random()::text) as letters
      from generate_series(${from}::bigint, ${from + count - 1}::bigint) s),
    said as materialized (
      select d.seq, d.id, case when a.action = 'auth.sign_in_failed' then null else p.ip end as own_ip, p.ip as ip, p.name as person, device, letters,
        jsonb_build_object('v', 1, 'id', d.id,
          'at', to_char((now() - interval '400 days' * (1 - (d.seq - ${first})::float8 / ${entries})) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
          'actor', case when a.action = 'auth.sign_in_failed'
            then jsonb_build_object('type', 'anonymous', 'id', null, 'name', null, 'sid', null, 'aal', 0, 'via', 'web')
            else jsonb_build_object('type', 'administrator', 'id', p.id, 'name', p.name, 'sid', substr(translate(d.letters, '0189', 'abcd'), 1, 26), 'aal', 2, 'via', 'web') end,
          'action', a.action, 'outcome', a.outcome, 'reason', a.reason,
          'target', case when a.action like 'role.%' then jsonb_build_object('type', 'role', 'id', 'role_' || d.role, 'name', 'Role ' || d.role)
            when a.action like 'administrator.%' then jsonb_build_object('type', 'administrator', 'id', t.id, 'name', t.name)
            when a.action = 'access.denied' then jsonb_build_object('type', 'procedure', 'id', 'roles.edit', 'name', null)
            else jsonb_build_object('type', 'session', 'id', substr(translate(d.letters, '0189', 'abcd'), 1, 26), 'name', null) end,
          'change', case when a.action = 'role.edited' then jsonb_build_array(jsonb_build_object('path', 'permissions', 'old', jsonb_build_array(), 'new', jsonb_build_array(m.id)))
            when a.action = 'administrator.edited' then jsonb_build_array(jsonb_build_object('path', 'caps.daily', 'old', 'inherit', 'new', (d.luck * 90000)::int))
            when a.action = 'access.denied' then jsonb_build_array(jsonb_build_object('path', 'procedure', 'old', null, 'new', 'roles.edit'), jsonb_build_object('path', 'missing', 'old', null, 'new', jsonb_build_array(m.id)))
            when a.action = 'auth.sign_in' then jsonb_build_array(jsonb_build_object('path', 'factor', 'old', null, 'new', 'password+totp'))
            else jsonb_build_array() end,
          'req', d.req, 'pii', repeat('0', 64)) as doc
      from drawn d join made_person p on p.n = d.who join made_person t on t.n = d.whom left join made_permission m on m.n = d.permission
      cross join lateral (select
        case when which < .38 then 'auth.sign_in' when which < .62 then 'auth.sign_out' when which < .72 then 'auth.reauthenticated'
          when which < .78 then 'auth.sign_in_failed' when which < .90 then 'role.edited' when which < .97 then 'administrator.edited'
          when which < .995 then 'access.denied' when which < .9999 then 'administrator.suspended' else 'settings.mail_tested' end as action,
        case when which between .72 and .78 or which between .97 and .995 then 'denied' when which >= .9999 then 'error' else 'success' end as outcome,
        case when which between .72 and .78 then 'wrong-password' when which between .97 and .995 then 'access/permission-required' end as reason) a),
    entries as (
      insert into audit.entry (id, body, doc) select id::uuid, convert_to(doc::text, 'UTF8'), doc from said order by seq returning n, id),
    numbered as (
      insert into audit.seq select s.seq, e.n, sha256(s.seq::text::bytea) from entries e join said s on s.id::uuid = e.id returning seq, n)
    insert into audit.pii select n.n, decode(repeat('00', 16), 'hex'), convert_to(jsonb_build_object('ip',
        -- Who fails comes from anywhere.
        coalesce(s.own_ip, format('%s.%s.%s.%s', 100 + ascii(letters) % 90, ascii(substr(letters, 2)) * 2, ascii(substr(letters, 3)) * 2, (device * 250)::int)),
        'peer', null, 'userAgent', (array['Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:146.0) Gecko/20100101 Firefox/146.0',
          'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/148.0.0.0 Safari/537.36',
          'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1'])[1 + (device * 2.99)::int % 3],
        'email', case when s.own_ip is null then letters || '@northwind.example' end)::text, 'UTF8')
      from numbered n join said s on s.seq = n.seq`;
}
