import { Unreadable } from './read-export.mjs';

const AT_ONCE = 2000;
const PENDING_LATE_SECONDS = 10;

/**
 * Opens a database for reading, at one moment of it. Needs the package `postgres`; nothing else here does.
 * @param {string} url
 * @returns {Promise<import('./read-export.mjs').Source>}
 */
export async function openDatabase(url) {
  const { default: postgres } = await import('postgres');
  const sql = postgres(url, {
    max: 1,
    connect_timeout: 10,
    onnotice: () => undefined,
    connection: { application_name: 'rolecall log verifier' }
  });
  const close = () => sql.end({ timeout: 1 });
  try {
    const connection = await sql.reserve();
    await connection`begin isolation level repeatable read read only`;
    const [head] = await connection`
      select i.log_origin as origin, t.first_vkey as first, t.size::float8 as signed,
        array(select rotates_to from audit.checkpoint where rotates_to is not null order by size) as later,
        (select coalesce(max(seq), 0)::float8 from audit.seq) as size
      from installation i, audit.tree t`;
    if (!head) throw new Unreadable('the database holds no installation');
    const vkeys = [head['first'], ...head['later']].filter((vkey) => typeof vkey === 'string');
    return {
      header: { kind: 'whole', origin: head['origin'], vkeys, size: head['size'], note: '' },
      records: () => records(connection),
      afterwards: (findings) => afterwards(connection, Number(head['signed']), findings),
      async close() {
        connection.release();
        await close();
      }
    };
  } catch (error) {
    await close();
    if (error instanceof Unreadable) throw error;
    throw new Unreadable(`the database cannot be read: ${innermost(error)}`);
  }
}

/**
 * Entries in the order of their numbers, each with what it completes, and checkpoints between them.
 * @param {import('postgres').ReservedSql} sql
 */
async function* records(sql) {
  const checkpoints = allCheckpoints(sql);
  let next = await checkpoints.next();
  for (let last = 0; ;) {
    const rows = await sql`
      select s.seq::float8 as seq, s.chain, e.body, e.leaf, e.id, e.doc::text as mirror, p.salt, p.doc as pii,
        (select hash from audit.node where level = 0 and idx = s.seq - 1) as kept
      from audit.seq s left join audit.entry e using (n) left join audit.pii p using (n)
      where s.seq > ${last} order by s.seq limit ${AT_ONCE}`;
    const upto = Number(rows.at(-1)?.['seq'] ?? last);
    const nodes = await nodesBetween(sql, last, upto);
    for (const row of rows) {
      const seq = Number(row['seq']);
      for (; !next.done && next.value.size < seq; next = await checkpoints.next())
        yield { checkpoint: next.value };
      yield { entry: entryOf(seq, row, nodes.get(seq) ?? new Map()) };
    }
    last = upto;
    if (rows.length < AT_ONCE) break;
  }
  for (; !next.done; next = await checkpoints.next()) yield { checkpoint: next.value };
}

/** @param {import('postgres').ReservedSql} sql */
async function* allCheckpoints(sql) {
  for (let last = 0; ;) {
    const rows = await sql`select size::float8 as size, root, chain, note, at from audit.checkpoint
      where size > ${last} order by size limit ${AT_ONCE}`;
    for (const row of rows) yield storedCheckpoint(row);
    if (rows.length < AT_ONCE) return;
    last = Number(rows.at(-1)?.['size']);
  }
}

/** @param {Record<string, any>} row */
function storedCheckpoint({ size, root, chain, note, at }) {
  return { size: Number(size), root, chain, note, at: at.toISOString() };
}

/**
 * @param {number} seq
 * @param {Record<string, any>} row
 * @param {Map<string, Buffer>} nodes
 * @returns {import('./check-entry.mjs').Entry}
 */
function entryOf(seq, { chain, body, leaf, id, mirror, salt, pii, kept }, nodes) {
  const none = Buffer.alloc(32);
  if (body === null)
    return { seq, chain, body: null, leaf: kept ?? none, pii: pii ? { salt, doc: pii } : null, nodes };
  return { seq, chain, body, leaf, id, mirror, pii: pii ? { salt, doc: pii } : null, nodes };
}

/**
 * Stored subtrees that entries above `from` up to `to` complete, by the entry that does.
 * @param {import('postgres').ReservedSql} sql @param {number} from @param {number} to
 */
async function nodesBetween(sql, from, to) {
  const rows = await sql`
    select n.level, n.idx::float8 as idx, n.hash from generate_series(0, 52) l
    cross join lateral (select level, idx, hash from audit.node
      where level = l and idx >= (${from}::bigint >> l) and idx < (${to}::bigint >> l)) n`;
  /** @type {Map<number, Map<string, Buffer>>} */
  const bySeq = new Map();
  for (const { level, idx, hash } of rows) {
    const seq = (Number(idx) + 1) * 2 ** Number(level);
    if (!bySeq.has(seq)) bySeq.set(seq, new Map());
    bySeq.get(seq)?.set(`${level}/${idx}`, hash);
  }
  return bySeq;
}

/**
 * Checks that a stream of numbers does not show.
 * @param {import('postgres').ReservedSql} sql @param {number} signed @param {import('./findings.mjs').Findings}
 * findings
 */
async function afterwards(sql, signed, findings) {
  const stray = await sql`
    select e.n::float8 as n from audit.entry e
    where not exists (select 1 from audit.seq s where s.n = e.n) and not exists (select 1 from audit.pending p where p.n = e.n)
    order by e.n limit 3`;
  for (const { n } of stray)
    findings.problem('V8', null, `the entry with ticket ${n} has no number and does not wait for one`);
  const [extra] = await sql`
    select count(*)::int as count from audit.node where (idx + 1) << level > (select coalesce(max(seq), 0) from audit.seq)`;
  if (Number(extra?.['count']) > 0)
    findings.problem('V5', null, `${extra?.['count']} stored nodes belong to no entry`);
  const [last] = await sql`select coalesce(max(size), 0)::float8 as size from audit.checkpoint`;
  if (Number(last?.['size']) !== signed)
    findings.problem(
      'V7',
      Number(last?.['size']) + 1,
      `${signed} entries were signed for, the last checkpoint says ${last?.['size']}`
    );
  const [late] = await sql`
    select count(*)::int as count from audit.pending p join audit.entry e using (n)
    where (e.doc->>'at')::timestamptz < now() - make_interval(secs => ${PENDING_LATE_SECONDS})`;
  if (Number(late?.['count']) > 0)
    findings.remark(
      `${late?.['count']} entries have waited for their number for more than ${PENDING_LATE_SECONDS} s.`
    );
}

/** @param {unknown} error */
function innermost(error) {
  let message = String(error);
  for (let at = error; at instanceof Error; at = at.cause)
    message =
      at instanceof AggregateError ? String(at.errors[0]?.message ?? at.message) : at.message || message;
  return message.split('\n')[0];
}
