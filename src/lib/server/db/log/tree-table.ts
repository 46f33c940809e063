import { sql } from 'drizzle-orm';
import { hexOf } from '../../../core/log/note';
import type { NodePlace, TreeNode } from '../../../core/log/tree';
import { writtenOnce } from '../driver/built-once';
import type { Queryable } from '../driver/client';
import { listed } from '../driver/listed';
import type { AuditedTransaction } from '../driver/transaction';

export type TreeState = {
  /** The perfect subtrees of all numbered entries, largest first. */
  frontier: TreeNode[];
  /** The last size that was signed, 0 when none was, its checkpoint, and how many seconds ago that was. */
  signed: { size: number; note: string | null; age: number | null };
  /** Verifier key of the current signer, and of the one after the next checkpoint. */
  vkey: string | null;
  nextVkey: string | null;
};

type Row = {
  signed: number;
  note: string | null;
  age: number | null;
  vkey: string | null;
  nextVkey: string | null;
  frontier: { level: number; idx: number; hash: string | null }[];
};

/**
 * The tree at the number that `readHead` finds in the same snapshot. A node that is missing is left out of the
 * frontier.
 */
export async function readTree(tx: Queryable): Promise<TreeState> {
  const [row] = await state(tx);
  const { signed, note, age, vkey, nextVkey, frontier } = row!;
  return {
    signed: { size: signed, note, age },
    vkey,
    nextVkey,
    frontier: frontier.flatMap(({ level, idx, hash }) =>
      hash === null ? [] : [{ level, idx, hash: Buffer.from(hash, 'hex') }]
    )
  };
}

const state = writtenOnce<Row>(
  () => sql`
    select t.size::float8 as signed, c.note, t.vkey, t.next_vkey as "nextVkey",
      extract(epoch from clock_timestamp() - c.at)::float8 as age,
      (select coalesce(jsonb_agg(jsonb_build_object('level', l, 'idx', (head.seq >> l) - 1, 'hash',
            (select encode(hash, 'hex') from audit.node where level = l and idx = (head.seq >> l) - 1)) order by l desc), '[]')
          from (select coalesce(max(seq), 0) as seq from audit.seq) head, generate_series(0, 52) l
          where (head.seq >> l) & 1 = 1) as frontier
    from audit.tree t left join audit.checkpoint c on c.size = t.size`
);

export async function insertNodes(tx: Queryable, nodes: readonly TreeNode[]): Promise<void> {
  if (nodes.length === 0) return;
  await added(tx, {
    level: listed(nodes.map(({ level }) => level)),
    idx: listed(nodes.map(({ idx }) => idx)),
    hash: listed(nodes.map(({ hash }) => hexOf(hash)))
  });
}

const added = writtenOnce(
  (slot) => sql`insert into audit.node (level, idx, hash)
    select level, idx, decode(hash, 'hex') from unnest(
      ${slot('level')}::smallint[], ${slot('idx')}::bigint[], ${slot('hash')}::text[]) as given (level, idx, hash)`
);

/** The hashes at these places, in this order; null when one of them is missing. */
export async function readNodes(tx: Queryable, places: readonly NodePlace[]): Promise<Uint8Array[] | null> {
  if (places.length === 0) return [];
  const rows = await tx.execute<{ hash: string }>(sql`
    select encode(n.hash, 'hex') as hash from unnest(
      ${listed(places.map(({ level }) => level))}::smallint[], ${listed(places.map(({ idx }) => idx))}::bigint[])
      with ordinality as given (level, idx, at)
    join audit.node n on n.level = given.level and n.idx = given.idx order by given.at`);
  if (rows.length < places.length) return null;
  return [...rows].map(({ hash }) => Buffer.from(hash, 'hex'));
}

/** Adds the nodes of entries that were numbered before there was a tree (drizzle/0005). */
export async function completeNodes(tx: Queryable): Promise<void> {
  await tx.execute(sql`select audit.complete_nodes()`);
}

/** Says who signs: at once when nobody did, else after the next checkpoint. */
export async function adoptVkey(tx: AuditedTransaction, vkey: string): Promise<void> {
  await tx.execute(sql`select audit.adopt_key(${vkey})`);
}
