import postgres from 'postgres';
import { changeCount, type ChangeCount } from './change-count';
import { until } from './replica';

/** A look into a console's database, past the console: as superuser, to see what happened and what did not. */
export type StateProbe = {
  sql: postgres.Sql;
  /**
   * Numbers of changes of roles, people and the installation since it was asked first: the same text means the same
   * rows.
   */
  rows(): Promise<string>;
  /** The same of other tables. */
  changes: ChangeCount;
  /** Number of entries of the log with this action (or of all of them). */
  entries(action?: string): Promise<number>;
  /** Number of entries of each action. */
  actions(): Promise<Record<string, number>>;
  /** Waits until every committed entry has its number, and the documents are told. */
  settled(): Promise<void>;
  /** The clocks of all documents, after everything settled. The feed is left out: it shows refusals, too. */
  clocks(): Promise<Record<string, number>>;
  /** Forgets failed and counted sign-ins, so that a test can sign in as often as it needs. */
  forgetTries(): Promise<void>;
  /** Forgets what was denied in this minute, so that the next denial of each kind is an entry again. */
  forgetDenials(): Promise<void>;
  /** Runs statements as the program would: marked as audited, with an entry, as superuser. */
  audited<T>(work: (tx: postgres.TransactionSql) => Promise<T>, touches?: string[]): Promise<T>;
  close(): Promise<void>;
};

/** Opens a probe on the database of a console. */
export function openState(databaseUrl: string): StateProbe {
  const sql = postgres(databaseUrl, { max: 4, onnotice: () => undefined });
  const changes = changeCount(sql);
  const settled = () =>
    until(
      async () => (await sql`select 1 from audit.pending limit 1`).length === 0,
      'the log has its numbers'
    );
  return {
    sql,
    settled,
    changes,
    rows: () => changes.of(['roles', 'role_permissions', 'administrators', 'installation']),
    async entries(action) {
      const [row] = await sql<{ n: number }[]>`select count(*)::int as n from audit.entry
        where ${action ?? null}::text is null or doc->>'action' = ${action ?? null}`;
      return row!.n;
    },
    async actions() {
      const rows = await sql<
        { action: string; n: number }[]
      >`select doc->>'action' as action, count(*)::int as n
        from audit.entry group by 1 order by 1`;
      return Object.fromEntries(rows.map(({ action, n }) => [action, n]));
    },
    async clocks() {
      await settled();
      const rows = await sql<{ name: string; clock: number }[]>`
        select name, clock::int from documents where name not in ('feed', 'people') order by name`;
      return Object.fromEntries(rows.map(({ name, clock }) => [name, clock]));
    },
    async forgetTries() {
      await sql`delete from throttle`;
    },
    async forgetDenials() {
      await sql`delete from denials`;
    },
    audited: (work, touches = []) =>
      sql.begin(async (tx) => {
        await declareAudited(tx);
        const done = await work(tx);
        await appendEntry(tx, touches);
        return done;
      }) as Promise<never>,
    close: () => sql.end()
  };
}

/** Waits until a checkpoint covers every entry. */
export async function signed(state: StateProbe): Promise<number> {
  await state.settled();
  let size = 0;
  await until(async () => {
    const [row] = await state.sql<
      { size: number; head: number }[]
    >`select t.size::int as size, (select max(seq)::int from audit.seq) as head from audit.tree t`;
    size = row!.size;
    return row!.size === row!.head;
  }, 'the log is signed');
  return size;
}

/** Marks a transaction as the program does. */
export async function declareAudited(tx: postgres.TransactionSql | postgres.ReservedSql): Promise<void> {
  await tx`select set_config('app.txn', pg_current_xact_id()::text, true)`;
}

/**
 * Writes an entry as the program does, in canonical JSON (RFC 8785), so that it verifies; what it says matters to
 * nobody.
 */
export async function appendEntry(
  tx: postgres.TransactionSql | postgres.ReservedSql,
  touches: string[] = []
): Promise<void> {
  await tx`select audit.append(id, convert_to(format(
      '{"action":"test.done","actor":{"id":null,"name":"Test","type":"system"},"at":"%s","change":[],"id":"%s","outcome":"success","pii":"%s","target":{"id":"test","name":null,"type":"test"},"v":1}',
      to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), id,
      encode(sha256('\\x04'::bytea || salt || personal), 'hex')), 'UTF8'), salt, personal, ${touches})
    from (select gen_random_uuid() as id, decode(repeat('00', 16), 'hex') as salt, convert_to('{}', 'UTF8') as personal) new`;
}
