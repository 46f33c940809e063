import type postgres from 'postgres';

/** Tables of the console's business: what people have, may, and are. */
const WATCHED = [
  'roles',
  'role_permissions',
  'administrators',
  'installation',
  'ownership_offer',
  'settings',
  'users',
  'packages',
  'sending_names',
  'totp',
  'recovery_codes',
  'sessions'
] as const;
type Watched = (typeof WATCHED)[number];

export type ChangeCount = {
  /** All that are watched. */
  tables: readonly Watched[];
  /** Numbers of changes of these tables, table by table. */
  of(tables: readonly Watched[]): Promise<string>;
  /** The SQL function `changes_of(text[])`, which says the same, is there. */
  ready(): Promise<unknown>;
};

/**
 * Counts committed changes of business tables, from the first look on: the same count means that every row is as it
 * was. Costs the same however much is in them, which reading them does not.
 */
export function changeCount(sql: postgres.Sql): ChangeCount {
  let watching: Promise<unknown> | null = null;
  const ready = () => (watching ??= watch(sql));
  return {
    tables: WATCHED,
    ready,
    async of(tables) {
      await ready();
      const [row] = await sql<{ count: string }[]>`select changes_of(${[...tables]}) as count`;
      return row!.count;
    }
  };
}

/** Statements that change nothing do not count, nor does what is rolled back. */
async function watch(sql: postgres.Sql): Promise<void> {
  await sql`create table change_count (id bigserial, name text, primary key (name, id))`;
  await sql`create function changes_of(tables text[]) returns text
    language sql stable as $$
      select string_agg(t.name || ' ' || coalesce((select max(id) from change_count c where c.name = t.name), 0), ', ' order by t.name)
      from unnest(tables) t(name)
    $$`;
  await sql`create function count_rows() returns trigger language plpgsql security definer as $$
    begin
      if exists (select 1 from given) then insert into change_count (name) values (tg_table_name); end if;
      return null;
    end $$`;
  await sql`create function count_update() returns trigger language plpgsql security definer as $$
    begin
      if exists (select t::text from given t except select t::text from made t)
        then insert into change_count (name) values (tg_table_name);
      end if;
      return null;
    end $$`;
  await sql`create function count_row() returns trigger language plpgsql security definer as $$
    begin
      insert into change_count (name) values (tg_table_name);
      return null;
    end $$`;
  for (const name of WATCHED) {
    const table = sql(name);
    await sql`create trigger count_insert after insert on ${table} referencing new table as given
      for each statement execute function count_rows()`;
    await sql`create trigger count_delete after delete on ${table} referencing old table as given
      for each statement execute function count_rows()`;
    // Every request moves the end of its session: whose it is and how it was proved is what counts.
    if (name === 'sessions')
      await sql`create trigger count_update after update on ${table} for each row
        when ((old.sid, old.administrator_id, old.aal) is distinct from (new.sid, new.administrator_id, new.aal))
        execute function count_row()`;
    else
      await sql`create trigger count_update after update on ${table} referencing old table as given new table as made
        for each statement execute function count_update()`;
  }
}
