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
  'recovery_codes'
] as const;
type Watched = (typeof WATCHED)[number];

/**
 * Counts committed changes of business tables, from the first look on: the same count means that every row is as it was. Costs
 * the same however much is in them, which reading them does not.
 */
export function changeCount(sql: postgres.Sql): (tables?: readonly Watched[]) => Promise<string> {
  let watching: Promise<unknown> | null = null;
  return async (tables = WATCHED) => {
    await (watching ??= watch(sql));
    const rows = await sql<{ name: string; last: string }[]>`
      select t.name, (select max(id) from change_count c where c.name = t.name) as last
      from unnest(${[...tables]}::text[]) t(name) order by t.name`;
    return rows.map(({ name, last }) => `${name} ${last}`).join(', ');
  };
}

/** Statements that change nothing do not count, nor does what is rolled back. */
async function watch(sql: postgres.Sql): Promise<void> {
  await sql`create table change_count (id bigserial, name text, primary key (name, id))`;
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
  for (const name of WATCHED) {
    const table = sql(name);
    await sql`create trigger count_insert after insert on ${table} referencing new table as given
      for each statement execute function count_rows()`;
    await sql`create trigger count_delete after delete on ${table} referencing old table as given
      for each statement execute function count_rows()`;
    await sql`create trigger count_update after update on ${table} referencing old table as given new table as made
      for each statement execute function count_update()`;
  }
}
