import type postgres from 'postgres';

/**
 * Tables of what is counted, derived, or notes that somebody was here: it may move without anything having been
 * changed.
 */
const VOLATILE = [
  'public.throttle',
  'public.denials',
  'public.last_active',
  'public.permit_counts',
  'public.call_counts',
  'public.sending_layers',
  'public.documents',
  'public.document_updates'
];

/** Every table of the program's schemas. */
export async function tablesOf(sql: postgres.Sql): Promise<{ schema: string; name: string }[]> {
  return sql<{ schema: string; name: string }[]>`select schemaname as schema, tablename as name from pg_tables
    where schemaname not in ('pg_catalog', 'information_schema') order by 1, 2`;
}

/** Content of the business tables, sessions and credentials included, as one text: equal when nothing was changed. */
export async function businessState(sql: postgres.Sql): Promise<string> {
  const tables = (await tablesOf(sql)).filter(
    ({ schema, name }) => schema === 'public' && !VOLATILE.includes(`${schema}.${name}`)
  );
  const texts = await Promise.all(
    tables.map(async ({ schema, name }) => {
      const rows = await sql<
        { row: string }[]
      >`select t::text as row from ${sql(schema)}.${sql(name)} t order by 1`;
      return [`# ${name}`, ...rows.map(({ row }) => row)];
    })
  );
  return texts.flat().join('\n');
}
