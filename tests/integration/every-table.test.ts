import { randomUUID } from 'node:crypto';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { plantPeople } from '../support/accounts';
import { plantApplication } from '../support/applications';
import { enrol, startTestConsole, type TestConsole } from '../support/console';
import { appendEntry, declareAudited, openState, type StateProbe } from '../support/state';
import { tablesOf } from '../support/tables';

// [LOG-1] Every change commits with its entry, and it is the database that demands it: of every table there is,
// unless it stands here with a reason. A new table fails until it is guarded or explained.

type Write = 'insert' | 'update' | 'delete' | 'truncate';
const WRITES: readonly Write[] = ['insert', 'update', 'delete', 'truncate'];

type Exempt = {
  /** Outside an audited transaction. */
  stray: readonly Write[];
  /** Writes in one, without an entry. */
  silent: readonly Write[];
  /** Columns of which a change is no event. */
  columns?: readonly string[];
  why: string;
};
const ALL = WRITES;

/** Tables of the ledger: the program has no right to write them; its functions do (ledger-windows.test.ts). */
function charges(...names: string[]): Record<string, Exempt> {
  const why =
    'what is charged is counted, thousands of times an hour, and is no entry; raises, pauses and resets are';
  return Object.fromEntries(names.map((name) => [`public.ledger_${name}`, { stray: ALL, silent: ALL, why }]));
}

const EXEMPT: Record<string, Exempt> = {
  'public.sessions': {
    stray: [],
    silent: [],
    columns: ['expires_at'],
    why: 'the idle end moves with every request'
  },
  'public.mails': {
    stray: ['delete'],
    silent: ['insert', 'delete'],
    columns: ['attempts', 'next_at', 'sent_at', 'problem', 'given_up_at', 'readers'],
    why: 'a mail says what an entry says, or reminds of a date; what was sent is forgotten'
  },
  'public.webhook_deliveries': {
    stray: ['delete'],
    silent: ['delete'],
    columns: ['attempts', 'next_at', 'delivered_at', 'given_up_at', 'status', 'problem'],
    why: 'an alert is an entry, and written with it; how it gets there is not, and it is forgotten'
  },
  'public.notices': {
    stray: ['delete'],
    silent: ['insert', 'delete'],
    columns: ['read_at'],
    why: 'a notice says what an entry says, or reminds of a date; it goes with its person'
  },
  'public.known_devices': {
    stray: ['delete'],
    silent: ['delete'],
    columns: ['last_seen'],
    why: 'a device that was not used for long is forgotten: its person is asked for more'
  },
  'public.operations': {
    stray: ['delete'],
    silent: ['insert', 'update', 'delete'],
    why: 'an answer stands or falls with the change it reports, which may be none; old ones are forgotten'
  },
  'public.log_exports': {
    stray: ALL,
    silent: ALL,
    why: 'how far an export is; that it began and how it ended are entries'
  },
  'public.documents': { stray: [], silent: ALL, why: 'derived from rows whose changes are entries' },
  'public.document_updates': { stray: [], silent: ALL, why: 'derived from rows whose changes are entries' },
  'public.throttle': {
    stray: ALL,
    silent: ALL,
    why: 'counters of failed attempts, each of which is an entry'
  },
  'public.denials': {
    stray: ALL,
    silent: ALL,
    why: 'what was denied in this minute: its first is an entry, all others together become one'
  },
  'public.permit_counts': {
    stray: ALL,
    silent: ALL,
    why: 'how often whom was permitted what, by day: what a permitted request changes has its entry'
  },
  'public.permit_counting': {
    stray: ALL,
    silent: ALL,
    why: 'since when that is counted, written once by the migration'
  },
  'public.key_uses': { stray: ALL, silent: ALL, why: 'when and from where a key was last used' },
  'public.call_counts': {
    stray: ALL,
    silent: ALL,
    why: 'how often applications call, counted every few seconds'
  },
  'public.sending_layers': { stray: ALL, silent: ALL, why: 'who asks the ledger, counted every few seconds' },
  'public.send_refusals': { stray: ALL, silent: ALL, why: 'who was refused, counted every few seconds' },
  ...charges(
    'accounts',
    'charges',
    'charges_0',
    'charges_1',
    'charges_2',
    'charges_3',
    'holds',
    'leases',
    'hours',
    'crossings',
    'alerts'
  ),
  'public.last_active': { stray: ALL, silent: ALL, why: 'when somebody was last here' },
  'public.setup_tokens': { stray: ALL, silent: ALL, why: 'the link on the terminal until there is an owner' },
  'drizzle.__drizzle_migrations': {
    stray: ALL,
    silent: ALL,
    why: 'what the program did to the tables before it could write entries; database.migrated tells of it'
  }
};
/**
 * The log itself: append-only, and guarded in its own way (database-guards.test.ts). Beside it, what it is searched
 * by (`fact`, `block`: made anew from it), what is to be erased (`erasure`: only with its entry), what says that
 * somebody looked (`viewed`: only with its entry), and filters that people keep.
 */
const LOG = [
  ...[
    'block',
    'checkpoint',
    'entry',
    'erasure',
    'fact',
    'node',
    'pending',
    'pii',
    'saved_filter',
    'seq',
    'tree'
  ],
  ...['viewed', 'witness']
];

let app: TestConsole;
let state: StateProbe;
/** The program's own rights, for what it might do by mistake. */
let own: postgres.Sql;
let tables: string[];

beforeAll(async () => {
  app = await startTestConsole();
  state = openState(app.databaseUrl);
  own = postgres(app.databaseUrl, {
    max: 2,
    onnotice: () => undefined,
    connection: { role: 'rolecall_app' }
  });
  tables = (await tablesOf(state.sql)).map(({ schema, name }) => `${schema}.${name}`);
  // Something of everything.
  await enrol(app.owner);
  const { id } = await app.person('Omar Haddad', 'support');
  const { id: sue } = await app.person('Sue Super', 'super_administrator');
  await app.owner.call('owner.offer', { id: sue });
  await app.owner.call('settings.update', { seen: 1_000_000, branding: { name: 'Northwind' } });
  await app.owner.call('roles.create', { name: 'Nobody’s', permissions: ['people.roles.view'] });
  await app.owner.call('administrators.update', { id, seen: 1_000_000, roleId: 'analyst' });
  // A role and a person that nothing points to.
  await app.owner.call('roles.create', { name: 'Empty' });
  await plantPeople(state, [{ roleId: 'support' }]);
  const relay = await plantApplication(state, { roleId: 'support' });
  // One that nothing points to.
  await plantApplication(state, { roleId: 'support' });
  await state.sql`insert into sending_layers (door, caller, address, first_at, asked_at)
    values ('postfix', 'mx1', '192.0.2.1', now(), now())`;
  await state.sql`insert into call_counts (application_id, minute, outcome, permission, calls, last_at)
    values (${relay.id}, now(), 'rate', '', 1, now()) on conflict do nothing`;
  await state.sql`insert into key_uses (key_id, at) values (${relay.keyId}, now())`;
  await state.audited(async (tx) => {
    await tx`delete from api_keys where application_id <> ${relay.id}`;
    await tx`insert into mails (id, administrator_id, address, kind, data)
      values (${randomUUID()}, ${id}, 'omar@northwind.example', 'suspended', '{}')`;
    await tx`insert into handovers (id, from_id, from_name, to_id, to_name, procedure, input, label, reason, asked_at)
      values (${randomUUID()}, ${id}, 'Omar', ${sue}, 'Sue', 'roles.delete', '{"id":"support"}', 'Support', '{}', now())`;
    await tx`insert into sending_names (key, name, administrator_id) values ('omar-mailer', 'omar-mailer', ${id})`;
    const tenant = randomUUID();
    await tx`insert into roles (id, kind, name, name_key) values ('sender', 'user', 'Sender', 'sender')`;
    await tx`insert into packages (id, name, name_key, role_id, caps, counts, switches)
      values (${tenant}, 'Growth', 'growth', 'sender', '{}', '{}', '{}'), (${randomUUID()}, 'Trial', 'trial', 'sender', '{}', '{}', '{}')`;
    await tx`insert into users (id, name, email, email_key, package_id, caps, counts)
      values (${randomUUID()}, 'Orchard', 'mail@orchard.example', 'mail@orchard.example', ${tenant}, '{}', '{}')`;
    await tx`insert into webhook (url, secret_sealed, seq, changed_by) values ('https://hooks.example/', '', 1, 'Maya')`;
    await tx`insert into webhook_deliveries (id, type, body) values (${randomUUID()}, 'test', '{}')`;
    await tx`insert into forward_routes (id, position, method, host, path, takes)
      values (${randomUUID()}, 0, 'GET', '*', '/', 'people.roles.view')`;
    await tx`insert into send_raises (id, subject, cap, amount, until, reason, by_id, by_name)
      values (${randomUUID()}, ${`administrator:${id}`}, 'daily', 100, now() + interval '1 day', 'a launch', ${sue}, 'Sue')`;
    await tx`insert into send_pauses (subject, reason, by_id, by_name) values (${`administrator:${id}`}, 'complaints', ${sue}, 'Sue')`;
    await tx`insert into visits (sid, secret_hash, parent_sid, administrator_id, administrator_name, user_id, user_name, aal, ends_at)
      values ('visit', '\\x01', 'parent', ${sue}, 'Sue', ${randomUUID()}, 'Orchard', 1, now() + interval '30 minutes')`;
    await tx`insert into known_devices (administrator_id, hash) values (${id}, '\\x01') on conflict do nothing`;
  });
});
afterAll(async () => {
  await own.end();
  await state.close();
  await app.stop();
});

test('[LOG-1] every table is guarded, or is here with its reason; nothing is here that is not there', () => {
  const log = tables.filter((name) => name.startsWith('audit.'));
  expect(log).toEqual(LOG.map((name) => `audit.${name}`));
  expect(Object.keys(EXEMPT).filter((name) => !tables.includes(name))).toEqual([]);
  // The list of what is recorded says of each what is not.
  expect(tables.length).toBeGreaterThan(20);
});

const guarded = () => tables.filter((name) => !name.startsWith('audit.'));
const exempt = (name: string): Exempt => EXEMPT[name] ?? { stray: [], silent: [], why: '' };

/** Bits of pg_trigger.tgtype. */
const EVENTS: Record<Write, number> = { insert: 4, delete: 8, update: 16, truncate: 32 };

describe('[LOG-1] what the catalogue of the database says', () => {
  test('which triggers guard which write of which table', async () => {
    const triggers = await state.sql<{ table: string; fn: string; type: number; columns: string[] }[]>`
      select n.nspname || '.' || c.relname as table, p.proname as fn, t.tgtype::int as type,
        array(select a.attname from pg_attribute a where a.attrelid = c.oid and a.attnum = any (t.tgattr::int2[]))::text[] as columns
      from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace
      join pg_proc p on p.oid = t.tgfoid where not t.tgisinternal and t.tgenabled <> 'D'`;
    const columns = await state.sql<{ table: string; name: string }[]>`
      select table_schema || '.' || table_name as table, column_name as name from information_schema.columns
      where table_schema in ('public', 'drizzle')`;
    const problems: string[] = [];
    for (const table of guarded()) {
      const { stray, silent, columns: free = [] } = exempt(table);
      for (const [fn, allowed] of [
        ['need_context', stray],
        ['need_entry', silent]
      ] as const)
        for (const write of WRITES) {
          // Emptying a table fires no trigger for each row: its fence refuses it, whoever asks.
          if (fn === 'need_entry' && write === 'truncate') continue;
          const found = triggers.filter(
            (one) => one.table === table && one.fn === fn && (one.type & EVENTS[write]) > 0
          );
          const isGuarded = found.length > 0;
          if (isGuarded === allowed.includes(write)) problems.push(`${table}: ${fn} on ${write}`);
          if (write !== 'update' || !isGuarded) continue;
          const watched = found.some((one) => one.columns.length === 0)
            ? columns.filter((one) => one.table === table).map(({ name }) => name)
            : found.flatMap((one) => one.columns);
          for (const { name } of columns.filter((one) => one.table === table))
            if (watched.includes(name) === free.includes(name))
              problems.push(`${table}: ${fn} on update of ${name}`);
        }
    }
    expect(problems).toEqual([]);
  });
});

const failure = (work: Promise<unknown>): Promise<string | null> =>
  work.then(
    () => null,
    (error: unknown) => (error instanceof postgres.PostgresError ? error.code : String(error))
  );

/** Runs statements as the program does, marked or not, with an entry or without. */
const run = (
  sql: postgres.Sql,
  given: { marked: boolean; entry?: boolean },
  work: (tx: postgres.TransactionSql) => Promise<unknown>
) =>
  failure(
    sql.begin(async (tx) => {
      if (given.marked) await declareAudited(tx);
      await work(tx);
      if (given.entry) await appendEntry(tx);
    })
  );

/** Inserts a row as it was, without what the database works out of it. */
async function putBack(
  tx: postgres.TransactionSql,
  name: postgres.Fragment,
  table: string,
  row: object
): Promise<unknown> {
  const written = (
    await state.sql<{ column_name: string }[]>`
      select column_name from information_schema.columns
      where table_schema || '.' || table_name = ${table} and is_generated = 'NEVER'`
  ).map(({ column_name }) => column_name);
  return tx`insert into ${name} (${tx(written)})
    select ${tx(written)} from jsonb_populate_record(null::${name}, ${tx.json(row as never)})`;
}

describe('[LOG-1] what the database does', () => {
  test('a write of any table without its entry fails, each kind, by the program and by the superuser', async () => {
    const problems: string[] = [];
    let tried = 0;
    for (const table of guarded()) {
      const { stray, silent, columns = [] } = exempt(table);
      if (silent.length === ALL.length && stray.length === ALL.length) continue;
      const name = state.sql(table) as never as postgres.Fragment;
      const all = await state.sql<{ column_name: string }[]>`
        select column_name from information_schema.columns where table_schema || '.' || table_name = ${table} order by ordinal_position`;
      const column = all.map(({ column_name }) => column_name).find((each) => !columns.includes(each))!;
      const [row] = await state.sql<
        { row: Record<string, unknown> }[]
      >`select to_jsonb(t) as row from ${name} t limit 1`;
      if (!row) {
        problems.push(`${table} has no row to try it on`);
        continue;
      }
      const again = { ...row.row };
      const attempts: [Write, (tx: postgres.TransactionSql) => Promise<unknown>][] = [
        ['update', (tx) => tx`update ${name} set ${tx(column)} = ${tx(column)}`],
        ['delete', (tx) => deleteOne(tx, name)],
        ['insert', (tx) => putBack(tx, name, table, again)],
        ['truncate', (tx) => tx`truncate ${name} cascade`]
      ];
      for (const sql of [own, state.sql])
        for (const [write, attempt] of attempts) {
          // The program may not empty tables at all.
          if (write === 'truncate' && sql === own) continue;
          tried += 1;
          if (
            !stray.includes(write) &&
            write !== 'delete' &&
            (await run(sql, { marked: false }, attempt)) !== '42501'
          )
            problems.push(`${table}: ${write} outside an audited transaction`);
          if (write === 'insert' || write === 'truncate' || silent.includes(write)) continue;
          const code = await run(sql, { marked: true }, attempt);
          if (code !== '42501')
            problems.push(`${table}: ${write} without an entry (${code ?? 'it went through'})`);
        }
    }
    expect(problems).toEqual([]);
    expect(tried).toBeGreaterThan(60);
  });

  test('where a mail goes is watched until it is sent; then its server is forgotten without a word', async () => {
    const server = { host: 'mail.example', passwordSealed: null };
    const elsewhere = (tx: postgres.TransactionSql) => tx`update mails set server = ${tx.json(server)}`;
    const sent = (tx: postgres.TransactionSql) => tx`update mails set sent_at = now(), server = null`;
    expect(await run(own, { marked: false }, elsewhere)).toBe('42501');
    expect(await run(own, { marked: true }, elsewhere)).toBe('42501');
    expect(await run(own, { marked: true, entry: true }, elsewhere)).toBeNull();
    expect(await run(own, { marked: false }, (tx) => tx`update mails set server = null`)).toBe('42501');
    expect(await run(own, { marked: false }, sent)).toBeNull();
    expect(await state.sql`select from mails where server is not null`).toHaveLength(0);
  });

  test('nor does a row come into any table without its entry', async () => {
    const problems: string[] = [];
    for (const table of guarded()) {
      const { silent } = exempt(table);
      if (silent.includes('insert')) continue;
      const name = state.sql(table) as never as postgres.Fragment;
      // A row is taken away in order, and comes back without an entry; then, in order, with one.
      const taken: { row: object | null } = { row: null };
      const away = await run(state.sql, { marked: true, entry: true }, async (tx) => {
        taken.row = await deleteOne(tx, name);
      });
      const back = (tx: postgres.TransactionSql) => putBack(tx, name, table, taken.row!);
      if (away !== null) problems.push(`${table}: no row could be taken away (${away})`);
      else {
        for (const sql of [own, state.sql]) {
          const code = await run(sql, { marked: true }, back);
          if (code !== '42501')
            problems.push(`${table}: insert without an entry (${code ?? 'it went through'})`);
        }
        const code = await run(state.sql, { marked: true, entry: true }, back);
        if (code !== null) problems.push(`${table}: insert with an entry (${code})`);
      }
    }
    expect(problems).toEqual([]);
  });
});

/** Deletes the first row that nothing else points to, and that is not the last of its kind. */
async function deleteOne(tx: postgres.TransactionSql, name: postgres.Fragment): Promise<object> {
  const rows = await tx<{ at: string; row: Record<string, unknown> }[]>`
    select t.ctid::text as at, to_jsonb(t) as row from ${name} t order by to_jsonb(t)->>'owner' nulls first`;
  for (const { at, row } of rows) {
    const done = await tx
      .savepoint((inner) => inner`delete from ${name} where ctid = ${at}::tid`)
      .then(
        () => true,
        (error: unknown) => {
          if (error instanceof postgres.PostgresError && error.code === '23503') return false;
          throw error;
        }
      );
    if (done) return row;
  }
  throw new Error('every row is pointed to');
}
