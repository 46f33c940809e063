import { sql } from 'drizzle-orm';
import type { Queryable } from '../driver/client';

/**
 * Minutes that a time zone is ahead of UTC at these moments, as Postgres reads its name; null: it has no zone of this
 * name.
 */
export async function zoneOffsets(
  tx: Queryable,
  zone: string,
  moments: readonly Date[]
): Promise<number[] | null> {
  const known = await tx.execute(
    sql`select 1 from pg_timezone_names where lower(name) = lower(${zone}) limit 1`
  );
  if (known.length === 0) return null;
  const rows = await tx.execute<{ minutes: number }>(sql`
    select round(extract(epoch from (moment at time zone ${zone}) - (moment at time zone 'UTC')) / 60)::int as minutes
    from jsonb_array_elements_text(${JSON.stringify(moments)}::jsonb) with ordinality as given (text, place),
      lateral (select text::timestamptz as moment) at order by place`);
  return rows.map(({ minutes }) => minutes);
}
