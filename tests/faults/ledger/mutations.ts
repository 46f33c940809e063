import type { Sql } from 'postgres';
import type { Run } from './virtual-endpoints';

/** A fault that is put into the ledger, or between it and the program. */
export type Mutation = {
  what: string;
  /** A function of the database, a text in it, and what stands there instead. */
  sql?: [fn: string, find: string, put: string];
  /** Fault in what a process does with its statements; made anew for each story. */
  run?: () => Run;
};

const NONE_LEFT = "(g ->> 'used')::bigint - (g ->> 'held')::bigint)";

export const MUTATIONS: readonly Mutation[] = [
  {
    what: 'an hour has 60 buckets',
    sql: ['ledger_turned', 'a.minute + 1 .. m LOOP', 'a.minute + 1 .. m + 1 LOOP']
  },
  { what: 'one more than is left is granted', sql: ['ledger_room', NONE_LEFT, `${NONE_LEFT} + 1`] },
  {
    what: 'one of two layers is charged',
    sql: ['ledger_charge', `COLLATE "C" LOOP`, `COLLATE "C" LIMIT 1 LOOP`]
  },
  {
    what: 'days are those of UTC',
    sql: ['ledger_turned', 'd date := (p_now AT TIME ZONE p_zone)', "d date := (p_now AT TIME ZONE 'UTC')"]
  },
  {
    what: 'another time zone begins the day anew',
    sql: ['ledger_turned', 'IF old > a.day THEN', 'IF old > a.day OR a.zone <> p_zone THEN']
  },
  {
    what: 'a clock that goes back begins the day anew',
    sql: ['ledger_turned', 'IF old > a.day THEN', 'IF old <> a.day THEN']
  },
  {
    what: 'a refusal is charged',
    sql: [
      'ledger_charge',
      "RETURN jsonb_build_object('outcome', 'refused'",
      "PERFORM ledger_put(accounts[1], p_id, 1, 0, NULL, at); RETURN jsonb_build_object('outcome', 'refused'"
    ]
  },
  {
    what: 'a retry is charged again',
    sql: ['ledger_charge', 'p_caller, p_key, p_id, p_hash,', 'p_caller, p_key || p_id, p_id, p_hash,']
  },
  {
    what: 'a key is everybody’s',
    sql: ['ledger_charge', 'WHERE c.caller = p_caller AND c.key = p_key', 'WHERE c.key = p_key']
  },
  {
    what: 'what is held does not count',
    sql: ['ledger_room', "- (g ->> 'held')::bigint", '']
  },
  {
    what: 'what expired does not come back',
    sql: ['ledger_settled', '0, -h.units), h.charge', '0, 0), h.charge']
  },
  {
    what: 'of a hold, what was not used does not come back',
    sql: ['ledger_resolve', 'used, -h.units)', 'used, -used)']
  },
  {
    what: 'what came back comes back again',
    sql: ['ledger_resolve', "WHEN p_refund THEN 'released'", 'WHEN p_refund THEN known.state']
  },
  {
    what: 'a reset lets go of what is held',
    sql: ['ledger_reset', 'a.hour_turn := a.hour_turn + 1;', 'a.hour_held := a.hour_used;']
  },
  {
    what: 'a thread that is over is renewed',
    sql: ['ledger_renew', 'bool_and(expires_at > at)', 'bool_and(true)']
  },
  {
    what: 'the thread of a holder that died is never free',
    sql: ['ledger_forget_leases', 'expires_at <= p_now', 'false']
  },
  {
    what: 'nobody asks how old it is what was judged by',
    sql: ['ledger_charge', "p_asked + interval '1 second'", "p_asked + interval '1 day'"]
  },
  {
    what: 'of asks that go together, one more than is left is granted',
    sql: ['ledger_charge_all', 'p_units[n] <= room', 'p_units[n] <= room + 1']
  },
  {
    what: 'of asks that go together, the total is not charged',
    sql: ['ledger_charge_all', 'added.units > 0', "added.units > 0 AND added.account <> 'platform'"]
  },
  {
    what: 'what is held does not count for asks that go together',
    sql: ['ledger_charge_all', ' - hour_held[i]', '']
  },
  {
    what: 'nobody asks how old it is what asks that go together were judged by',
    sql: ['ledger_charge_all', "p_asked[g] + interval '1 second'", "p_asked[g] + interval '1 day'"]
  },
  { what: 'a process remembers how somebody stood', run: remembering }
];

/** Puts a fault in; what takes it out again. @throws Error when the function has no such text */
export async function mutate(sql: Sql, { sql: change }: Mutation): Promise<() => Promise<void>> {
  if (!change) return () => Promise.resolve();
  const [name, find, put] = change;
  const [row] = await sql<
    { text: string }[]
  >`select pg_get_functiondef(oid) as text from pg_proc where proname = ${name}`;
  const { text } = row!;
  if (!text.includes(find)) throw new Error(`${name} has no ${find}`);
  await sql`select story_run(${text.replaceAll(find, () => put)})`;
  return async () => {
    await sql`select story_run(${text})`;
  };
}

/** Says the first thing that it heard of somebody again, as if it had just read it. */
function remembering(): Run {
  const heard = new Map<string, Record<string, unknown>[]>();
  return async (statement, about, work) => {
    const rows = await work();
    if (statement !== 'standing') return rows;
    const first = heard.get(about) ?? rows;
    heard.set(about, first);
    return first.map((row) => ({ ...row, readAt: rows[0]?.['readAt'] }));
  };
}
