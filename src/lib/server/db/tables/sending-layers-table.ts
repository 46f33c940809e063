import { sql } from 'drizzle-orm';
import type { Queryable } from '../driver/client';

export type LayerDoor = 'http' | 'postfix';

/** Asks of a sending layer since it was last written. Times are ISO 8601. */
export type LayerAsks = {
  door: LayerDoor;
  caller: string;
  address: string;
  askedAt: string;
  states: Record<string, string>;
  unitsAt: string | null;
  asks: number;
  refused: number;
  unknown: number;
  unanswered: number;
  problem: string | null;
  problemAt: string | null;
};

/** Adds to what is known of sending layers, all in one statement. */
export async function addLayerAsks(tx: Queryable, layers: readonly LayerAsks[]): Promise<void> {
  if (layers.length === 0) return;
  await tx.execute(sql`insert into sending_layers as known
      (door, caller, address, first_at, asked_at, states, units_at, asks, refused, unknown, unanswered, problem, problem_at)
    select door, caller, address, "askedAt", "askedAt", states, "unitsAt", asks, refused, unknown, unanswered, problem, "problemAt"
    from jsonb_to_recordset(${JSON.stringify(layers)}::jsonb) as heard (door text, caller text, address text,
      "askedAt" timestamptz, states jsonb, "unitsAt" timestamptz, asks bigint, refused bigint, unknown bigint, unanswered bigint,
      problem text, "problemAt" timestamptz)
    order by door, caller collate "C", address collate "C"
    on conflict (door, caller, address) do update set
      asked_at = greatest(known.asked_at, excluded.asked_at),
      states = known.states || excluded.states,
      units_at = greatest(known.units_at, excluded.units_at),
      asks = known.asks + excluded.asks,
      refused = known.refused + excluded.refused,
      unknown = known.unknown + excluded.unknown,
      unanswered = known.unanswered + excluded.unanswered,
      problem = coalesce(excluded.problem, known.problem),
      problem_at = greatest(known.problem_at, excluded.problem_at)`);
}

/** A layer as it is known, with the name of whoever asks; null: it is gone, or a mail server. */
export type KnownLayer = LayerAsks & { firstAt: string; name: string | null };

/** The layers that asked last. */
export async function readLayers(tx: Queryable, most: number): Promise<KnownLayer[]> {
  const rows = await tx.execute<{ layer: KnownLayer }>(sql`
    select jsonb_build_object('door', door, 'caller', caller, 'address', address, 'firstAt', first_at, 'askedAt', asked_at,
      'states', states, 'unitsAt', units_at, 'asks', asks, 'refused', refused, 'unknown', unknown, 'unanswered', unanswered,
      'problem', problem, 'problemAt', problem_at, 'name', coalesce(
        (select name from applications a where l.door = 'http' and l.caller = 'application:' || a.id),
        (select name from administrators a where l.door = 'http' and l.caller = 'administrator:' || a.id))) as layer
    from sending_layers l order by asked_at desc, door, caller, address limit ${most}`);
  return rows.map(({ layer }) => layer);
}

/** Forgets layers that have not asked for so many days. */
export async function forgetLayers(tx: Queryable, days: number): Promise<void> {
  await tx.execute(sql`delete from sending_layers where asked_at < now() - make_interval(days => ${days})`);
}
