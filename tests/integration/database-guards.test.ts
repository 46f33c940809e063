import { randomUUID } from 'node:crypto';
import postgres from 'postgres';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startTestConsole, type TestConsole } from '../support/console';
import { until } from '../support/replica';
import { appendEntry, declareAudited, openState, type StateProbe } from '../support/state';

const APP = 'rolecall_app';
const HASH =
  '$argon2id$v=19$m=47104,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';

let app: TestConsole;
let state: StateProbe;
/** A connection with the program's own rights. */
let own: postgres.Sql;

beforeAll(async () => {
  app = await startTestConsole();
  state = openState(app.databaseUrl);
  own = postgres(app.databaseUrl, { max: 4, onnotice: () => undefined, connection: { role: APP } });
});
afterAll(async () => {
  await own.end();
  await state.close();
  await app.stop();
});

/** The SQLSTATE that a statement fails with; null when it does not. */
async function failure(work: Promise<unknown>): Promise<string | null> {
  return work.then(
    () => null,
    (error: unknown) => (error instanceof postgres.PostgresError ? error.code : String(error))
  );
}

/** One statement of each kind on each table that holds what the console is about. */
const WRITES: [string, (tx: postgres.Sql | postgres.TransactionSql) => Promise<unknown>][] = [
  [
    'insert into roles',
    (tx) => tx`insert into roles (id, name, name_key) values ('stray', 'Stray', 'stray')`
  ],
  ['update roles', (tx) => tx`update roles set description = 'changed' where id = 'support'`],
  ['delete from roles', (tx) => tx`delete from roles where id = 'stray'`],
  [
    'insert into role_permissions',
    (tx) => tx`insert into role_permissions (role_id, permission_id, granted, seq, by_name, at)
      values ('support', 'people.roles.edit', true, 2, 'nobody', now())`
  ],
  [
    'update role_permissions',
    (tx) => tx`update role_permissions set granted = not granted where role_id = 'support'`
  ],
  ['delete from role_permissions', (tx) => tx`delete from role_permissions where role_id = 'support'`],
  [
    'insert into administrators',
    (tx) => tx`insert into administrators (id, name, email, email_key, password_hash, role_id, caps)
      values (${randomUUID()}, 'Stray', 's@x.example', 's@x.example', '', 'support', '{}')`
  ],
  ['update administrators', (tx) => tx`update administrators set name = 'Else'`],
  ['delete from administrators', (tx) => tx`delete from administrators where not owner`],
  [
    'insert into sessions',
    (tx) => tx`insert into sessions (sid, administrator_id, secret_hash, aal, ends_at, expires_at)
      values ('stray', ${app.ownerId}, '\\x00', 1, now() + interval '1 hour', now() + interval '1 hour')`
  ],
  ['delete from sessions', (tx) => tx`delete from sessions`],
  ['update installation', (tx) => tx`update installation set epoch = 'else'`],
  ['delete from installation', (tx) => tx`delete from installation`]
];

describe('[LOG-6] the fence', () => {
  test.each(WRITES)('%s outside an audited transaction is refused', async (_, write) => {
    const before = await state.rows();
    expect(await failure(write(own))).toBe('42501');
    expect(await failure(own.begin((tx) => write(tx)))).toBe('42501');
    expect(await state.rows()).toBe(before);
  });

  test.each(WRITES)('%s with the mark of another transaction is refused', async (_, write) => {
    const before = await state.rows();
    const work = own.begin(async (tx) => {
      await tx`select set_config('app.txn', (pg_current_xact_id()::text::bigint - 1)::text, true)`;
      await write(tx);
    });
    expect(await failure(work)).toBe('42501');
    expect(await state.rows()).toBe(before);
  });

  test('the mark does not outlive its transaction on the same connection', async () => {
    const connection = await own.reserve();
    await connection`begin`;
    await declareAudited(connection);
    await connection`commit`;
    expect(await failure(connection`update roles set description = 'x' where id = 'support'`)).toBe('42501');
    connection.release();
  });

  test('the superuser is fenced as well', async () => {
    expect(await failure(state.sql`update roles set description = 'x' where id = 'support'`)).toBe('42501');
    for (const table of ['roles', 'role_permissions', 'administrators', 'sessions', 'installation'])
      expect(await failure(state.sql`truncate ${state.sql(table)} cascade`)).toBe('42501');
  });

  test('an answer cannot be stored outside the transaction of its change', async () => {
    const write = own`insert into operations (actor, op, request, answer) values ('x', ${randomUUID()}, '', '{}')`;
    expect(await failure(write)).toBe('42501');
    expect(await state.sql`select 1 from operations where actor = 'x'`).toHaveLength(0);
  });
});

describe('[LOG-1] completeness', () => {
  const harmless = WRITES.filter(
    ([name]) => !name.startsWith('delete from roles') && !/installation$/.test(name)
  );

  test.each(harmless)('%s without an entry does not commit', async (_, write) => {
    const before = await state.rows();
    const sessions = await state.sql`select sid from sessions order by sid`;
    let reached = false;
    const work = own.begin(async (tx) => {
      await declareAudited(tx);
      await tx`insert into roles (id, name, name_key) values ('other', 'Other', 'other') on conflict do nothing`;
      await write(tx);
      reached = true;
    });
    expect(await failure(work)).toBe('42501');
    // Refused at commit, not before: an entry may come last.
    expect(reached).toBe(true);
    expect(await state.rows()).toBe(before);
    expect(await state.sql`select sid from sessions order by sid`).toEqual(sessions);
  });

  test('with an entry it does', async () => {
    await own.begin(async (tx) => {
      await declareAudited(tx);
      await tx`update roles set description = 'with an entry' where id = 'support'`;
      await appendEntry(tx);
    });
    expect(await state.sql`select description from roles where id = 'support'`).toEqual([
      { description: 'with an entry' }
    ]);
  });

  test('an entry of another transaction does not count', async () => {
    await state.audited(async () => undefined);
    const work = own.begin(async (tx) => {
      await declareAudited(tx);
      await tx`update roles set description = 'x' where id = 'support'`;
    });
    expect(await failure(work)).toBe('42501');
  });

  test('an entry cannot be written outside an audited transaction', async () => {
    const before = await state.entries();
    expect(await failure(own.begin((tx) => appendEntry(tx)))).toBe('42501');
    expect(await state.entries()).toBe(before);
  });
});

describe('[LOG-6] the log is append-only', () => {
  const ATTACKS: [string, (tx: postgres.Sql | postgres.TransactionSql) => Promise<unknown>][] = [
    ['update entry', (tx) => tx`update audit.entry set doc = '{}'`],
    ['update one entry', (tx) => tx`update audit.entry set body = body where n = 1`],
    ['delete from entry', (tx) => tx`delete from audit.entry`],
    ['delete one entry', (tx) => tx`delete from audit.entry where n = 1`],
    ['truncate entry', (tx) => tx`truncate audit.entry cascade`],
    ['update seq', (tx) => tx`update audit.seq set chain = decode(repeat('00', 32), 'hex')`],
    ['delete from seq', (tx) => tx`delete from audit.seq`],
    ['truncate seq', (tx) => tx`truncate audit.seq`],
    ['update node', (tx) => tx`update audit.node set hash = hash`],
    ['delete from node', (tx) => tx`delete from audit.node where level = 0 and idx = 0`],
    ['truncate node', (tx) => tx`truncate audit.node`],
    ['update checkpoint', (tx) => tx`update audit.checkpoint set note = ''`],
    ['delete from checkpoint', (tx) => tx`delete from audit.checkpoint`],
    ['truncate checkpoint', (tx) => tx`truncate audit.checkpoint`],
    ['delete from pii', (tx) => tx`delete from audit.pii where n = 1`],
    ['update pii', (tx) => tx`update audit.pii set doc = ''`],
    ['truncate pii', (tx) => tx`truncate audit.pii`],
    ['update pending', (tx) => tx`update audit.pending set touches = '{}'`],
    ['truncate pending', (tx) => tx`truncate audit.pending`]
  ];
  const log = async () => {
    await state.settled();
    return state.sql`select e.*, s.seq, s.chain, p.doc as pii from audit.entry e join audit.seq s using (n) join audit.pii p using (n) order by n`;
  };

  test.each(ATTACKS)('%s, by the program and by the superuser', async (_, attack) => {
    const before = await log();
    for (const sql of [own, state.sql]) {
      expect(await failure(attack(sql))).toBe('42501');
      const audited = sql.begin(async (tx) => {
        await declareAudited(tx);
        await appendEntry(tx);
        await attack(tx);
      });
      expect(await failure(audited)).toBe('42501');
    }
    expect(await log()).toEqual(before);
  });

  test('the program may write it through its one function alone', async () => {
    const before = await log();
    for (const write of [
      own`insert into audit.entry (id, body, doc) values (${randomUUID()}, '\\x7b7d', '{}')`,
      own`insert into audit.pii values (1, decode(repeat('00', 16), 'hex'), '')`,
      own`insert into audit.pending values (1, '{}')`,
      own`delete from audit.pii`,
      own`update audit.fact set words = ''`,
      own`delete from audit.fact`,
      own`delete from audit.block`,
      own`delete from audit.viewed`,
      own`update audit.tree set size = 0`,
      own`delete from audit.tree`,
      own`insert into audit.node values (0, 99999, decode(repeat('00', 32), 'hex'))`,
      own`select audit.adopt_key('mine')`,
      own`select audit.prune(${randomUUID()})`,
      own`select audit.erase(${randomUUID()}, '{}')`,
      own`alter table audit.entry disable trigger append_only`,
      own`drop trigger append_only on audit.entry`,
      own`drop table audit.seq`,
      own`create table audit.mine ()`,
      own`create table public.mine ()`,
      own`set session_replication_role = replica`
    ])
      expect(await failure(write)).toBe('42501');
    expect(await log()).toEqual(before);
  });

  test('what was not told in the log may not leave it, nor what is younger than 90 days', async () => {
    await state.settled();
    const before = await log();
    const removal = (
      action: string,
      target: string,
      run: (tx: postgres.TransactionSql, id: string) => Promise<unknown>
    ) =>
      own.begin(async (tx) => {
        await declareAudited(tx);
        const id = randomUUID();
        const body = JSON.stringify({ id, action, at: new Date().toISOString(), target: { id: target } });
        await tx`select audit.append(${id}, convert_to(${body}, 'UTF8'), decode(repeat('00', 16), 'hex'), ''::bytea, '{}')`;
        await run(tx, id);
      });
    const prune = (tx: postgres.TransactionSql, id: string) => tx`select audit.prune(${id})`;
    const erase = (tx: postgres.TransactionSql, id: string) => tx`select audit.erase(${id}, '{}')`;
    expect(await failure(removal('audit.prune', '2', prune))).toBe('42501');
    expect(await failure(removal('role.edited', '2', prune))).toBe('42501');
    expect(await failure(removal('audit.prune', '999999999', prune))).toBe('42501');
    expect(await failure(removal('role.edited', app.ownerId, erase))).toBe('42501');
    const gone = removal('audit.prune', '2', (tx) => tx`delete from audit.entry where n = 1`);
    expect(await failure(gone)).toBe('42501');
    expect(await log()).toEqual(before);
  });

  test('a size is signed once, never a smaller one, never more than there is', async () => {
    await state.settled();
    const sign = (size: postgres.Fragment) =>
      own.begin(async (tx) => {
        await declareAudited(tx);
        await tx`insert into audit.checkpoint (size, root, chain, note)
          select ${size}, root, chain, note from audit.checkpoint order by size desc limit 1`;
      });
    expect(await failure(sign(own`1`))).toBe('RC002');
    expect(await failure(sign(own`size`))).toBe('RC002');
    expect(await failure(sign(own`size + 1000000`))).toBe('RC002');
  });

  test('a number is given once', async () => {
    await state.settled();
    const again = own.begin(async (tx) => {
      await declareAudited(tx);
      await tx`insert into audit.seq select * from audit.seq limit 1`;
    });
    expect(await failure(again)).toBe('23505');
  });
});

describe('[ACC-5] a Super Administrator is always left', () => {
  const add = (tx: postgres.TransactionSql, id: string, roleId = 'super_administrator') =>
    tx`insert into administrators (id, name, email, email_key, password_hash, role_id, caps)
      values (${id}, ${id}, ${id}, ${id}, ${HASH}, ${roleId}, '{}')`;
  const LOSSES: [string, (tx: postgres.TransactionSql, id: string) => Promise<unknown>][] = [
    ['demoting', (tx, id) => tx`update administrators set role_id = 'support' where id = ${id}`],
    ['suspending', (tx, id) => tx`update administrators set status = 'suspended' where id = ${id}`],
    ['deleting softly', (tx, id) => tx`update administrators set deleted_at = now() where id = ${id}`],
    [
      'making them choose a password',
      (tx, id) => tx`update administrators set activation_expires_at = now() where id = ${id}`
    ],
    ['taking the password', (tx, id) => tx`update administrators set password_hash = null where id = ${id}`],
    [
      'asking for a second factor they lack',
      (tx, id) => tx`update administrators set require_2fa = true where id = ${id}`
    ],
    [
      'deleting',
      async (tx, id) => {
        await tx`delete from last_active where administrator_id = ${id}`;
        await tx`delete from known_devices where administrator_id = ${id}`;
        await tx`delete from notices where administrator_id = ${id}`;
        await tx`delete from sessions where administrator_id = ${id}`;
        await tx`delete from administrators where id = ${id}`;
      }
    ]
  ];
  const usable = () =>
    state.sql`select id from administrators
      where role_id = 'super_administrator' and status = 'active' and deleted_at is null
        and activation_expires_at is null and password_hash is not null and not require_2fa`;

  // From here on the owner is put back after each test.
  beforeEach(async () => {
    await state.audited(async (tx) => {
      await tx`update administrators set role_id = 'super_administrator', status = 'active', deleted_at = null,
        activation_expires_at = null, password_hash = ${HASH}, require_2fa = false where owner`;
      await tx`update administrators set role_id = 'support' where not owner and role_id = 'super_administrator'`;
    });
  });

  test.each(LOSSES)('%s the only one is refused', async (_, lose) => {
    const before = await state.rows();
    expect(await failure(state.audited((tx) => lose(tx, app.ownerId)))).toBe('RC001');
    expect(await state.rows()).toBe(before);
  });

  test.each(LOSSES)('%s one of two is not', async (_, lose) => {
    const id = randomUUID();
    await state.audited((tx) => add(tx, id));
    await state.audited((tx) => lose(tx, id));
    expect(await usable()).toEqual([{ id: app.ownerId }]);
  });

  test('handing over within one transaction is fine: it is judged at the end', async () => {
    const id = randomUUID();
    await state.audited(async (tx) => {
      await tx`update administrators set role_id = 'support' where id = ${app.ownerId}`;
      await add(tx, id);
    });
    expect(await usable()).toEqual([{ id }]);
  });

  test('two taking each other away at once: one wins, the other sees why (20 rounds)', async () => {
    for (let round = 0; round < 20; round++) {
      const [a, b] = [randomUUID(), randomUUID()] as const;
      await state.audited(async (tx) => {
        await add(tx, a);
        await add(tx, b);
        await tx`update administrators set role_id = 'support' where owner`;
      });
      const lose = (n: number) => LOSSES[n % LOSSES.length]![1];
      const outcomes = await Promise.all([
        failure(state.audited((tx) => lose(round)(tx, a))),
        failure(state.audited((tx) => lose(round + 1)(tx, b)))
      ]);
      expect(outcomes.filter((code) => code === null)).toHaveLength(1);
      expect(outcomes.filter((code) => code !== null)).toEqual(['RC001']);
      expect(await usable()).toHaveLength(1);
      await state.audited(
        (
          tx
        ) => tx`update administrators set role_id = 'super_administrator', status = 'active', deleted_at = null,
          activation_expires_at = null, password_hash = ${HASH}, require_2fa = false where owner`
      );
      await state.audited((tx) => tx`update administrators set role_id = 'support' where id in (${a}, ${b})`);
    }
  });

  test('[OWN-1] there is never a second owner', async () => {
    const id = randomUUID();
    const second = state.audited(async (tx) => {
      await add(tx, id, 'support');
      await tx`update administrators set owner = true where id = ${id}`;
    });
    expect(await failure(second)).toBe('23505');
    expect(await state.sql`select id from administrators where owner`).toEqual([{ id: app.ownerId }]);
  });
});

test('[LIV-5] the connection dies 50 times in the middle of transactions: nothing stray, every answer once', async () => {
  const roles = await Promise.all(
    Array.from({ length: 4 }, (_, n) => app.owner.call<{ id: string }>('roles.create', { name: `Load ${n}` }))
  );
  await state.settled();
  let running = true;
  const acknowledged: string[] = [];
  const failed: unknown[] = [];
  const writers = roles
    .map(async ({ id }, n) => {
      const permissions = ['audience.contacts.view', 'people.roles.view', 'people.administrators.view'];
      for (let edit = 0; running; edit++) {
        const op = randomUUID();
        const permission = permissions[(edit + n) % permissions.length]!;
        const change = edit % 2 === 0 ? { grant: [permission] } : { revoke: [permission] };
        // An unknown outcome is resolved by asking again with the same id, as clients do.
        for (let tries = 0; tries < 20; tries++) {
          const result = await app.owner.try<{ seq: number; applied: { granted: []; revoked: [] } }>(
            'roles.edit',
            {
              op,
              id,
              seen: Number.MAX_SAFE_INTEGER,
              ...change
            }
          );
          if (result.value) {
            const { granted, revoked } = result.value.applied;
            if (granted.length + revoked.length > 0) acknowledged.push(op);
            break;
          }
          expect([429, 500, 503]).toContain(result.status);
        }
      }
    })
    .map((writer) => writer.catch((error: unknown) => void failed.push(error)));
  // Watched from inside the server: a transaction lasts a millisecond or two.
  const killer = await state.sql.reserve();
  await killer`create function pg_temp.kill_one() returns boolean language plpgsql as $$
    declare victim int;
    begin
      for look in 1..2000 loop
        select pid into victim from pg_stat_activity where datname = current_database() and backend_type = 'client backend'
          and application_name = 'rolecall app' and xact_start is not null and query !~* '^listen' order by random() limit 1;
        if victim is not null then return pg_terminate_backend(victim); end if;
        perform pg_sleep(0.001), pg_stat_clear_snapshot();
      end loop;
      return false;
    end $$`;
  let kills = 0;
  for (let turn = 0; kills < 50 && turn < 100 && failed.length === 0; turn++) {
    const [row] = await killer<{ killed: boolean }[]>`select pg_temp.kill_one() as killed`;
    if (row!.killed) kills += 1;
    await new Promise((resolve) => setTimeout(resolve, 20 + ((turn * 37) % 80)));
  }
  killer.release();
  expect(failed, 'what a client cannot deal with').toEqual([]);
  // How many get through between the blows depends on the machine; afterwards it goes on.
  await until(() => acknowledged.length > 20, 'edits after the blows');
  running = false;
  await Promise.all(writers);
  expect(failed).toEqual([]);
  expect(kills).toBe(50);
  await state.settled();

  // Every acknowledged edit has one stored answer and one entry; no entry is there twice, none without its answer.
  const ids = roles.map(({ id }) => id);
  const stored = await state.sql<{ op: string }[]>`select op from operations`;
  const logged = await state.sql<
    { op: string; n: number }[]
  >`select doc->>'op' as op, count(*)::int as n from audit.entry
    where doc->>'action' = 'role.edited' and doc->'target'->>'id' in ${state.sql(ids)} group by 1`;
  const storedOps = new Set(stored.map(({ op }) => op));
  expect(acknowledged.filter((op) => !storedOps.has(op))).toEqual([]);
  expect(logged.filter(({ n }) => n !== 1)).toEqual([]);
  expect(logged.filter(({ op }) => !storedOps.has(op))).toEqual([]);
  const loggedOps = new Set(logged.map(({ op }) => op));
  expect(acknowledged.filter((op) => !loggedOps.has(op))).toEqual([]);

  // The rows are what the log says: each entry raised its role's version by one, and counted its ticks.
  for (const id of ids) {
    const [row] = await state.sql`select r.seq::int, r.permission_count as count,
        (select count(*)::int from role_permissions where role_id = r.id and granted) as cells,
        (select count(*)::int from audit.entry where doc->>'action' = 'role.edited' and doc->'target'->>'id' = r.id) as edits
      from roles r where r.id = ${id}`;
    expect(row!['seq']).toBe(1 + row!['edits']);
    expect(row!['count']).toBe(row!['cells']);
  }
});
