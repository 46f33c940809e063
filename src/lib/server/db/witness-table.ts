import { sql } from 'drizzle-orm';
import type { Queryable } from './client';

/**
 * Claims the telling of one witness for some seconds: of several processes one tells. A process that dies leaves the claim to run
 * out. Null when another one has it.
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

/** Gives the claim back, with the size that the witness knows now. */
export async function releaseWitness(tx: Queryable, name: string, size: number): Promise<void> {
  await tx.execute(
    sql`update audit.witness set size = ${size}, busy_until = '-infinity' where name = ${name}`
  );
}
