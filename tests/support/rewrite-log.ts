import { createHash } from 'node:crypto';
import type postgres from 'postgres';
import { chainInput, chainStartInput, leafInput } from '../../src/lib/core/log/hash-input';
import { appendLeaves, rootOf, type TreeNode } from '../../src/lib/core/log/tree';

const sha256 = (data: Uint8Array) => createHash('sha256').update(data).digest();

/** The tree over all entries, as the database has them now. */
export type Rewritten = { size: number; root: Buffer; chain: Buffer };

/**
 * Rewrites one entry as the owner of the database, and whoever took it over, can: every hash, link and node follows.
 * All but the signatures, which take the key.
 */
export async function rewriteEntry(
  tx: postgres.TransactionSql,
  seq: number,
  [from, to]: [string, string]
): Promise<Rewritten> {
  await tx`set local session_replication_role = replica`;
  const [found] = await tx<{ n: number; body: string }[]>`
    select n::int, convert_from(body, 'UTF8') as body from audit.entry join audit.seq using (n) where seq = ${seq}`;
  const body = found!.body.replace(from, to);
  if (body === found!.body) throw new Error(`entry ${seq} does not say ${from}`);
  await tx`update audit.entry set body = convert_to(${body}, 'UTF8'), doc = ${body}::text::jsonb where n = ${found!.n}`;
  const [installation] = await tx<{ origin: string }[]>`select log_origin as origin from installation`;
  const rows = await tx<{ seq: number; body: Buffer }[]>`
    select seq::int, body from audit.entry join audit.seq using (n) order by seq`;
  let chain = sha256(chainStartInput(installation!.origin));
  let frontier: TreeNode[] = [];
  for (const row of rows) {
    const leaf = sha256(leafInput(row.body));
    chain = sha256(chainInput(row.seq, chain, leaf));
    await tx`update audit.seq set chain = ${chain} where seq = ${row.seq}`;
    const grown = appendLeaves(sha256, row.seq - 1, frontier, [leaf]);
    ({ frontier } = grown);
    for (const { level, idx, hash } of grown.nodes)
      await tx`update audit.node set hash = ${Buffer.from(hash)} where level = ${level} and idx = ${idx}`;
  }
  return { size: rows.length, root: Buffer.from(rootOf(sha256, frontier)), chain };
}
