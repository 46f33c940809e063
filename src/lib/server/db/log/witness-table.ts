import { sql } from 'drizzle-orm';
import type { Queryable } from '../driver/client';

/**
 * Claims the telling of one witness for some seconds: of several processes one tells. A process that dies leaves
 * the claim to run out. Null when another one has it.
 * @returns the size that the witness was told last
 */
export async function claimWitness(tx: Queryable, name: string, seconds: number): Promise<number | null> {
  const [row] = await tx.execute<{ size: number }>(sql`
    insert into audit.witness as w (name, size, busy_until)
    values (${name}, 0, clock_timestamp() + make_interval(secs => ${seconds}))
    on conflict (name) do update set busy_until = excluded.busy_until where w.busy_until < clock_timestamp()
    returning size::float8 as size`);
  return row?.size ?? null;
}

/** One finding of a witness at a time is judged: the same evidence that comes twice at once is recorded once. */
export async function lockFindings(tx: Queryable): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(${0x66696e64})`);
}

/** Keeps a claim for some seconds more. */
export async function keepWitness(tx: Queryable, name: string, seconds: number): Promise<void> {
  await tx.execute(
    sql`update audit.witness set busy_until = clock_timestamp() + make_interval(secs => ${seconds}) where name = ${name}`
  );
}

/** Gives the claim back, with the size that the witness knows now. */
export async function releaseWitness(tx: Queryable, name: string, size: number): Promise<void> {
  await tx.execute(
    sql`update audit.witness set size = ${size}, busy_until = '-infinity' where name = ${name}`
  );
}

export type WitnessLag = {
  /** Entries that the witness does not know, and for how many seconds it has not known the first of them. */
  entries: number;
  seconds: number;
};

export async function witnessLag(tx: Queryable, name: string): Promise<WitnessLag> {
  const [row] = await tx.execute<WitnessLag>(sql`
    select head.seq - known.size as entries, coalesce((
        select extract(epoch from clock_timestamp() - (e.doc->>'at')::timestamptz)::float8
        from audit.seq s join audit.entry e using (n) where s.seq > known.size order by s.seq limit 1), 0) as seconds
    from (select coalesce(max(seq), 0)::float8 as seq from audit.seq) head,
      (select coalesce((select size from audit.witness where name = ${name}), 0)::float8 as size) known`);
  return row!;
}
