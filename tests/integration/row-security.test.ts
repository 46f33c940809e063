import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  openDatabase,
  sqlState,
  type Database,
  type DatabaseHandle
} from '../../src/lib/server/db/driver/client';
import { tenantDatabase } from '../../src/lib/server/db/driver/tenant';
import { auditedTransaction } from '../../src/lib/server/db/driver/transaction';
import { listOwnEntries } from '../../src/lib/server/db/log/own-entries';
import { readUsers } from '../../src/lib/server/db/tables/users-table';
import { OWN_ACTIONS } from '../../src/lib/core/log/own-actions';
import { startTestConsole, type TestConsole } from '../support/console';
import { declareAudited, openState, type StateProbe } from '../support/state';
import { tablesOf } from '../support/tables';
import { signedInUsers, type SignedInUser } from '../support/tenant-sign-in';

// [TEN-3] The second fence of hard scope, by itself: what the database shows and lets a user's request do, whatever
// the code asks it for.

/**
 * Tables where a user has rows, and which are its own; of every other table it sees none. A new table stands in
 * neither list until it is fenced.
 */
const OWN: Record<string, string> = {
  ...Object.fromEntries(
    [
      'sessions',
      'totp',
      'recovery_codes',
      'known_devices',
      'last_active',
      'notices',
      'mails',
      'sending_names',
      'api_keys'
    ].map((name) => [name, 'user_id = $1::uuid'])
  ),
  key_uses: 'key_id in (select id from api_keys where user_id = $1::uuid)',
  users: 'id = $1::uuid',
  packages: 'id = $2::uuid',
  roles: 'id = $3',
  role_permissions: 'role_id = $3',
  ...Object.fromEntries(
    ['ledger_accounts', 'ledger_holds', 'ledger_leases', 'ledger_hours'].map((name) => [
      name,
      `account = 'user:' || $1`
    ])
  ),
  send_raises: `subject = 'user:' || $1`,
  send_pauses: `subject in ('user:' || $1, 'platform')`,
  operations: 'actor = $1',
  denials: 'administrator_id = $1',
  throttle: `subject like '%' || $1 || '%' or subject like '%' || $4 || '%'`,
  installation: 'true',
  settings: `section not in ('people', 'webhook', 'log')`
};

/**
 * Rights of a user's database role besides reading, table by table: each with the reason that it has in drizzle/0034.
 */
const MAY: Record<string, string> = {
  api_keys: 'INSERT UPDATE(revoked_at revoked_reason)',
  denials: 'DELETE INSERT UPDATE',
  known_devices: 'DELETE INSERT UPDATE',
  last_active: 'INSERT UPDATE(at)',
  log_exports: 'UPDATE(seen_at state)',
  mails: 'INSERT',
  notices: 'INSERT UPDATE(read_at)',
  operations: 'INSERT',
  packages: 'UPDATE(seq)',
  recovery_codes: 'DELETE INSERT UPDATE',
  roles: 'UPDATE(seq)',
  sessions: 'DELETE UPDATE(aal expires_at proved_at secret_hash)',
  throttle: 'DELETE',
  totp: 'DELETE INSERT UPDATE',
  users:
    'UPDATE(activation_expires_at activation_hash activation_makers field_seq ip_allowlist name password_hash seq two_factor)'
};

let app: TestConsole;
let state: StateProbe;
/** One connection, so that what one transaction leaves behind would be there for the next. */
let handle: DatabaseHandle;
let mine: SignedInUser;
let theirs: SignedInUser;
let as: (id: string) => Database;

beforeAll(async () => {
  app = await startTestConsole();
  state = openState(app.databaseUrl);
  handle = openDatabase({ url: app.databaseUrl, max: 1, name: 'row security' });
  as = (id) => tenantDatabase(handle.db, id);
  const people = signedInUsers(app, state);
  mine = await people.user();
  theirs = await people.user();
  for (const user of [mine, theirs]) await plantOfEverything(user);
});
afterAll(async () => {
  await handle.close();
  await state.close();
  await app.stop();
});

/** A row of a user in every table that can hold one. */
async function plantOfEverything({ id, email, client }: SignedInUser): Promise<void> {
  await client.call('auth.beginTotp');
  await client.call('me.active');
  const key = { name: 'Nightly', permissions: ['quotas.admin_quota.view_usage_own'] };
  const { id: keyId } = await client.call<{ id: string }>('keys.create', key);
  await app.owner.call('users.addSendingName', { id, name: `relay-${id.slice(0, 8)}` });
  await app.owner.call('caps.pause', { subject: { type: 'user', id }, reason: 'Complaints' });
  await client.refused('auth.changePassword', {
    current: 'not my password',
    password: 'some other sentence'
  });
  const account = `user:${id}`;
  await state.audited(async (tx) => {
    const hash = Buffer.alloc(32, 1);
    await tx`insert into key_uses (key_id, at, ip) values (${keyId}, now(), '192.0.2.1')`;
    await tx`insert into recovery_codes (user_id, hash) values (${id}, ${hash})`;
    await tx`insert into known_devices (user_id, hash) values (${id}, ${hash}) on conflict do nothing`;
    await tx`insert into notices (id, user_id, kind, data) values (${randomUUID()}, ${id}, 'password-changed', '{}')`;
    await tx`insert into mails (id, user_id, address, kind, data) values (${randomUUID()}, ${id}, ${email}, 'password-changed', '{}')`;
    await tx`insert into operations (actor, op, request, answer) values (${id}, ${randomUUID()}, ${hash}, '{}')`;
    await tx`insert into denials (kind, administrator_id, first, repeats, until, actor, request)
      values (${`k-${id}`}, ${id}, ${randomUUID()}, 0, now() + interval '1 hour', '{}', '{}')`;
    await tx`insert into throttle (subject, failures, since, blocked_until) values (${`code:${id}`}, 1, now(), now())`;
    await tx`insert into send_raises (id, subject, cap, amount, until, reason, by_id, by_name)
      values (${randomUUID()}, ${account}, 'daily', 1, now() + interval '1 day', 'Campaign', ${app.ownerId}, 'Maya')`;
    await tx`insert into ledger_hours (account, hour, units, over) values (${account}, 1, 7, 0)`;
    await tx`insert into ledger_leases values (${account}, ${randomUUID()}, 'a', 'b', 'c', now())`;
    await tx`select ledger_charge('test', ${id}, ${hash}, ${randomUUID()}, 3::bigint, false, null, 'UTC',
      ${tx.json([{ account, layer: 'user', caps: { hourly: { limit: 1000 }, daily: {}, monthly: {} } }])}, clock_timestamp())`;
    await tx`insert into ledger_holds values (${account}, ${randomUUID()}, 1, 1, now(), now(), now() + interval '1 hour')`;
  });
}

const wholes = async ({ id, packageId, email }: SignedInUser) => {
  const [row] = await state.sql<
    { role: string }[]
  >`select role_id as role from packages where id = ${packageId}`;
  return [id, packageId, row!.role, email];
};

/** Function that runs a text which a test made. */
const textOf = (of: { unsafe: unknown }) => of.unsafe as postgres.Sql['unsafe'];

/** Runs a text as a user's request, or as one that is nobody's. */
async function asRole(userId: string | null, text: string, parameters: string[] = []) {
  const connection = postgres(app.databaseUrl, { max: 1, onnotice: () => undefined });
  try {
    return await connection.begin(async (tx) => {
      if (userId !== null) await tx`select set_config('app.user', ${userId}, true)`;
      await declareAudited(tx);
      await tx`set local role rolecall_tenant`;
      return [...(await textOf(tx)(text, parameters))] as Record<string, unknown>[];
    });
  } finally {
    await connection.end();
  }
}

const failure = (work: Promise<unknown>): Promise<string | null> => work.then(() => null, sqlState);

describe('[TEN-3] the rules that there are', () => {
  test('every table has row security, and the program’s own role sees all of it', async () => {
    const open = await state.sql<{ name: string }[]>`
      select c.oid::regclass::text as name from pg_class c
      where c.relkind in ('r', 'p') and c.relnamespace in ('public'::regnamespace, 'audit'::regnamespace) and not (c.relrowsecurity
        and exists (select from pg_policy p where p.polrelid = c.oid and 'rolecall_app'::regrole = any (p.polroles)
          and pg_get_expr(p.polqual, p.polrelid) = 'true' and pg_get_expr(p.polwithcheck, p.polrelid) = 'true'))`;
    expect(open.map(({ name }) => name)).toEqual([]);
  });

  test('for users there is a rule on these tables, and on no other', async () => {
    const rows = await state.sql<{ name: string }[]>`select distinct c.relname as name from pg_policy p
      join pg_class c on c.oid = p.polrelid where 'rolecall_tenant'::regrole = any (p.polroles)`;
    expect(rows.map(({ name }) => name).sort()).toEqual(Object.keys(OWN).sort());
  });

  test('a user’s role may write these columns, and no other', async () => {
    const rows = await state.sql<{ name: string; may: string }[]>`
      select c.relname as name, string_agg(may, ' ' order by may) as may from pg_class c cross join lateral (
        select p as may from unnest(array['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) p
          where has_table_privilege('rolecall_tenant', c.oid, p)
        union all select 'UPDATE(' || string_agg(attname, ' ' order by attname) || ')' from pg_attribute a
          where attrelid = c.oid and attnum > 0 and not attisdropped and has_column_privilege('rolecall_tenant', c.oid, a.attnum, 'UPDATE')
          and not has_table_privilege('rolecall_tenant', c.oid, 'UPDATE') having count(*) > 0) may
      where c.relkind in ('r', 'p') and c.relnamespace in ('public'::regnamespace, 'audit'::regnamespace) group by 1`;
    expect(Object.fromEntries(rows.map(({ name, may }) => [name, may]))).toEqual(MAY);
  });

  test('of functions that act as their owner it may call the two that were thought of', async () => {
    const rows = await state.sql<{ name: string }[]>`select p.oid::regproc::text as name from pg_proc p
      where p.pronamespace in ('public'::regnamespace, 'audit'::regnamespace) and p.prosecdef
        and p.prorettype <> 'trigger'::regtype and has_function_privilege('rolecall_tenant', p.oid, 'EXECUTE') order by 1`;
    expect(rows.map(({ name }) => name)).toEqual(['audit.append', 'audit.own_entries']);
    const [role] =
      await state.sql`select rolsuper or rolbypassrls or rolcanlogin as strong from pg_roles where rolname = 'rolecall_tenant'`;
    expect(role!['strong']).toBe(false);
  });

  test('the plans of staff are what they were', async () => {
    for (const text of [
      `select * from users where id = '${mine.id}'`,
      `select * from users where deleted_at is null order by name, id limit 50`,
      `select * from audit.fact where seq > 5 and view = 'activity'`,
      `select * from sessions s join users u on u.id = s.user_id where sid = 'a'`
    ]) {
      const program = [...(await textOf(handle.driver)(`explain (costs off) ${text}`))];
      const owner = [...(await textOf(state.sql)(`explain (costs off) ${text}`))];
      expect(program).toEqual(owner);
    }
  });
});

describe('[TEN-3] what is shown', () => {
  test('of every table a user sees its own rows alone', async () => {
    const given = await wholes(mine);
    const problems: string[] = [];
    for (const { schema, name } of await tablesOf(state.sql)) {
      if (schema !== 'public') continue;
      const own = OWN[name];
      // Every parameter is named, so that one text takes them all.
      const text = `select count(*)::int as all, count(*) filter (where ${own ?? 'false'})::int as own from ${name}
        where $1::text || $2::text || $3::text || $4::text is not null`;
      const [seen] = await asRole(
        mine.id,
        text.replaceAll('$1 ', '$1::text ').replaceAll('$4 ', '$4::text '),
        given
      );
      if (seen!['all'] !== seen!['own']) problems.push(`${name}: sees what is another’s`);
      if (own !== undefined && name !== 'settings' && seen!['own'] === 0)
        problems.push(`${name}: has nothing to see`);
      const [nobody] = await asRole(null, `select count(*)::int as all from ${name}`);
      if (nobody!['all'] !== 0) problems.push(`${name}: shows rows to nobody`);
    }
    expect(problems).toEqual([]);
  });

  test('of the log nothing but by the one function, which answers nobody of another', async () => {
    for (const { schema, name } of await tablesOf(state.sql)) {
      if (schema !== 'audit') continue;
      const read = asRole(mine.id, `select count(*)::int as all from audit.${name}`);
      if (name === 'seq') expect(await read).toEqual([{ all: 0 }]);
      else expect([name, await failure(read)]).toEqual([name, '42501']);
    }
    await state.settled();
    const of = (id: string, before: string | null = null) => ({
      id,
      asked: { view: 'activity' as const, actions: OWN_ACTIONS, before, limit: 50 }
    });
    const read = ({ id, asked }: ReturnType<typeof of>, db = as(mine.id)) => listOwnEntries(db, id, asked);
    const own = await read(of(mine.id));
    expect(own.length).toBeGreaterThan(2);
    expect(JSON.stringify(own)).not.toContain(theirs.id);
    expect(await read(of(theirs.id))).toEqual([]);
    expect(await read(of(app.ownerId))).toEqual([]);
    expect(
      await asRole(
        null,
        `select * from audit.own_entries('${mine.id}', 'activity', '{user.created}', '{}', '{}', null, 9)`
      )
    ).toEqual([]);
    // By another's entry nobody finds a place in their own.
    const [foreign] = await read(of(theirs.id), handle.db);
    expect(await read(of(mine.id, foreign!.doc.id))).toEqual([]);
    expect(await read(of(mine.id, randomUUID()))).toEqual([]);
    expect(await read(of(mine.id, own[0]!.doc.id))).toEqual(own.slice(1));
  });

  test('how the caps of another stand is not told', async () => {
    const layers = JSON.stringify([
      { account: `user:${theirs.id}`, layer: 'user', caps: { daily: { limit: 10 } } }
    ]);
    const used = async (db: Database) => {
      const [row] = await db.execute<{ gauges: { cap: string; used: number }[] }>(
        sql`select ledger_peek(1, 'UTC', ${layers}::jsonb) as gauges`
      );
      return row!.gauges.find(({ cap }) => cap === 'daily')!.used;
    };
    expect(await used(handle.db)).toBe(3);
    expect(await used(as(theirs.id))).toBe(3);
    expect(await used(as(mine.id))).toBe(0);
  });
});

describe('[TEN-3] what is let through', () => {
  const denied = [
    ['raises its caps', (id: string) => `update users set caps = '{}' where id = '${id}'`],
    [
      'takes another package',
      (id: string) => `update users set package_id = gen_random_uuid() where id = '${id}'`
    ],
    ['ends its suspension', (id: string) => `update users set status = 'active' where id = '${id}'`],
    ['changes its address', (id: string) => `update users set email = 'a@b.example' where id = '${id}'`],
    ['changes its package', () => `update packages set seq = seq + 1`],
    ['changes its role', () => `update roles set seq = seq + 1`],
    [
      'makes a key for somebody else',
      () =>
        `insert into api_keys (id, kid, secret_hash, last4, name, user_id, permissions, made_by_name, expires_at)
          values (gen_random_uuid(), 'k', '', 'l', 'n', '${theirs.id}', '[]', 'm', now())`
    ],
    ['lengthens its keys', () => `update api_keys set expires_at = now()`],
    ['forgets a use of its keys', () => `delete from key_uses`],
    ['grants itself something', () => `insert into role_permissions select * from role_permissions`],
    [
      'makes a session',
      (id: string) =>
        `insert into sessions (sid, user_id, secret_hash, aal, ends_at, expires_at) values ('s', '${id}', '', 1, now(), now())`
    ],
    ['makes an administrator', () => `insert into administrators (id) values (gen_random_uuid())`],
    [
      'charges',
      () => `select ledger_charge('a', 'b', '', gen_random_uuid(), 1, false, null, 'UTC', '[]', now())`
    ],
    ['erases the log', () => `select audit.erase(gen_random_uuid(), '{}')`],
    ['becomes staff’s role', () => `alter role rolecall_tenant superuser`]
  ] as const;
  test.each(denied)('nobody %s', async (_, text) => {
    expect(await failure(asRole(mine.id, text(mine.id)))).toBe('42501');
  });

  test('another’s row is not there to be changed or deleted, and none is made for another', async () => {
    const before = await state.sql`select t::text from users t where id = ${theirs.id}`;
    for (const table of [
      'sessions',
      'totp',
      'recovery_codes',
      'known_devices',
      'api_keys',
      'key_uses',
      'notices',
      'throttle',
      'denials'
    ]) {
      const [{ count }] =
        (await state.sql`select count(*)::int as count from ${state.sql(table)}`) as unknown as [
          { count: number }
        ];
      const [own] = await asRole(mine.id, `select count(*)::int as count from ${table}`);
      expect(count).toBeGreaterThan(own!['count'] as number);
    }
    const changed = await auditedTransaction(as(mine.id), async (tx) => {
      const users = await tx.execute(
        sql`update users set name = 'Taken' where id = ${theirs.id} returning 1`
      );
      const sessions = await tx.execute(sql`delete from sessions where user_id = ${theirs.id} returning 1`);
      const held = await tx.execute(sql`select 1 from users where id = ${theirs.id} for update`);
      return [users.length, sessions.length, held.length];
    });
    expect(changed).toEqual([0, 0, 0]);
    expect(await state.sql`select t::text from users t where id = ${theirs.id}`).toEqual(before);
    let tries = 0;
    const planted = auditedTransaction(as(mine.id), (tx) => {
      tries += 1;
      return tx.execute(
        sql`insert into notices (id, user_id, kind, data) values (gen_random_uuid(), ${theirs.id}, 'password-changed', '{}')`
      );
    });
    expect(await failure(planted)).toBe('42501');
    // It is no connection that was lost.
    expect(tries).toBe(1);
  });
});

describe('[TEN-3] a connection is given back as it came', () => {
  const whole = async () => (await readUsers(handle.db)).length;
  test('after questions, transactions, and those that fail', async () => {
    const all = await whole();
    expect(all).toBeGreaterThan(1);
    expect((await readUsers(as(mine.id))).map(({ id }) => id)).toEqual([mine.id]);
    expect(await whole()).toBe(all);
    await as(theirs.id).transaction(async (tx) => {
      expect((await readUsers(tx)).map(({ id }) => id)).toEqual([theirs.id]);
      await tx.transaction(async (inner) => expect(await readUsers(inner)).toHaveLength(1));
    });
    expect(await whole()).toBe(all);
    await expect(as(mine.id).execute(sql`select 1 / 0`)).rejects.toThrow();
    expect(await whole()).toBe(all);
    await expect(
      as(mine.id).transaction(async (tx) => {
        await readUsers(tx);
        throw new Error('given up');
      })
    ).rejects.toThrow('given up');
    expect(await whole()).toBe(all);
    const [left] = await handle.db.execute(
      sql`select current_user as role, current_setting('app.user', true) as whose`
    );
    expect(left).toEqual({ role: 'rolecall_app', whose: '' });
  });

  test('many at once, of two users and of staff, on few connections', async () => {
    const few = openDatabase({ url: app.databaseUrl, max: 2, name: 'row security' });
    try {
      const all = await whole();
      const counts = await Promise.all(
        Array.from({ length: 90 }, async (_, n) => {
          const id = [mine.id, theirs.id, null][n % 3]!;
          const rows = await readUsers(id === null ? few.db : tenantDatabase(few.db, id));
          return id === null ? rows.length === all : rows.length === 1 && rows[0]!.id === id;
        })
      );
      expect(counts.every(Boolean)).toBe(true);
    } finally {
      await few.close();
    }
  });

  test('whatever else the driver can do is not there: it would be done with all of the database', async () => {
    const { $client: driver } = as(mine.id) as Database & { $client: postgres.Sql };
    expect(() => driver`select count(*) from users`).toThrow('not part of a user');
    for (const key of ['listen', 'notify', 'file', 'reserve', 'subscribe', 'end', 'parameters', 'then'])
      expect(() => Reflect.get(driver, key), key).toThrow(`not part of a user's database: ${key}`);
    const [own] = await driver.begin((tx) => tx`select count(*)::int as n from users`);
    expect(own).toEqual({ n: 1 });
  });

  test('a name that is no id is nobody’s', async () => {
    await expect(readUsers(as(`' or true --`))).rejects.toThrow();
    expect(await readUsers(as(randomUUID()))).toEqual([]);
    expect(await readUsers(as(app.ownerId))).toEqual([]);
  });
});

test('an id belongs to one administrator, user or application', async () => {
  const taken = (work: (tx: postgres.TransactionSql) => Promise<unknown>) =>
    state.audited(work).then(
      () => null,
      (error: unknown) => (error instanceof postgres.PostgresError ? error.constraint_name : error)
    );
  for (const [from, to] of [
    ['users', 'administrators'],
    ['administrators', 'users']
  ] as const) {
    const [row] = await state.sql<{ id: string }[]>`select id from ${state.sql(from)} limit 1`;
    expect(await taken((tx) => tx`update ${tx(to)} set id = ${row!.id}`)).toBe('id_is_of_one_kind');
  }
});
