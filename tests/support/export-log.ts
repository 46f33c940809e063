import type postgres from 'postgres';
import {
  exportCheckpoint,
  exportEnd,
  exportEntry,
  exportHeader
} from '../../src/lib/core/audit/export-format';

/** A database's whole log as the lines of an export. */
export async function exportLog(sql: postgres.Sql): Promise<string[]> {
  const [head] = await sql<{ origin: string; vkey: string; size: number; later: string[] }[]>`
    select i.log_origin as origin, t.first_vkey as vkey, (select max(seq)::int from audit.seq) as size,
      (select coalesce(jsonb_agg(rotates_to order by size), '[]') from audit.checkpoint where rotates_to is not null) as later
    from installation i, audit.tree t`;
  const entries = await sql<
    {
      seq: number;
      chain: Buffer;
      body: Buffer | null;
      leaf: Buffer;
      salt: Buffer | null;
      doc: Buffer;
      note: string | null;
      at: Date;
    }[]
  >`select s.seq::int, s.chain, e.body, n.hash as leaf, p.salt, p.doc, c.note, c.at
    from audit.seq s join audit.node n on n.level = 0 and n.idx = s.seq - 1
    left join audit.entry e using (n) left join audit.pii p using (n) left join audit.checkpoint c on c.size = s.seq order by s.seq`;
  const { origin, vkey, size, later } = head!;
  const at = new Date().toISOString();
  const lines = [exportHeader({ kind: 'whole', origin, vkeys: [vkey, ...later], size, at })];
  for (const { salt, doc, note, at: signed, ...entry } of entries) {
    lines.push(exportEntry({ ...entry, pii: salt && { salt, doc } }));
    if (note !== null) lines.push(exportCheckpoint(note, signed.toISOString()));
  }
  return [...lines, exportEnd(entries.length)];
}
