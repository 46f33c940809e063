import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';
import type { Decided } from './browser-claims';

/** A role and what became of somebody's operations on it, as the database says. */
export type RoleFacts = {
  name: string;
  granted: ReadonlySet<string>;
  decided: ReadonlyMap<string, Decided>;
  before: ReadonlySet<string>;
  changed: ReadonlySet<string>;
};

/** A moment to look back to. */
export type Since = { at: Date; entry: number; granted: ReadonlySet<string> };

type Answer = {
  refused?: unknown;
  answer?: {
    applied?: { granted: string[]; revoked: string[]; fields: string[] };
    refused?: { field?: string; permission?: string }[];
  };
};
type Entry = {
  op?: string;
  outcome: string;
  action: string;
  change: { path: string; old: unknown; new: unknown }[];
};

/** Looks into the database past the program, also while it is down or has just been struck. */
export async function withDatabase<T>(
  url: () => string,
  work: (sql: postgres.Sql) => Promise<T>
): Promise<T> {
  const deadline = performance.now() + 30_000;
  for (;;) {
    let sql: postgres.Sql | null = null;
    try {
      sql = postgres(url(), { max: 1, onnotice: () => undefined, connect_timeout: 2 });
      return await work(sql);
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await sleep(200);
    } finally {
      await sql?.end({ timeout: 1 });
    }
  }
}

export async function momentNow(sql: postgres.Sql, roleId: string): Promise<Since> {
  const [row] = await sql<
    { at: Date; entry: number }[]
  >`select now() as at, (select coalesce(max(n), 0)::int from audit.entry) as entry`;
  return { ...row!, granted: await grantedTo(sql, roleId) };
}

async function grantedTo(sql: postgres.Sql, roleId: string): Promise<Set<string>> {
  const cells = await sql<{ id: string }[]>`
    select permission_id as id from role_permissions where role_id = ${roleId} and granted`;
  return new Set(cells.map(({ id }) => id));
}

/** State of the role and what was done to it since a moment, once every entry has its number. */
export async function roleFacts(
  sql: postgres.Sql,
  { roleId, actorId, since }: { roleId: string; actorId: string; since: Since }
): Promise<RoleFacts> {
  const deadline = performance.now() + 60_000;
  while ((await sql`select 1 from audit.pending limit 1`).length > 0 && performance.now() < deadline)
    await sleep(50);
  const [role] = await sql<{ name: string }[]>`select name from roles where id = ${roleId}`;
  const entries = (
    await sql<{ doc: Entry }[]>`select doc from audit.entry
      where n > ${since.entry} and doc->'target'->>'id' = ${roleId} order by n`
  ).map(({ doc }) => doc);
  const edits = entries.filter(({ action, outcome }) => action === 'role.edited' && outcome === 'success');
  const operations = await sql<{ op: string; answer: Answer }[]>`
    select op, answer from operations where actor = ${actorId} and at >= ${since.at}`;
  return {
    name: role!.name,
    granted: await grantedTo(sql, roleId),
    before: since.granted,
    decided: new Map(operations.map(({ op, answer }) => [op, decidedOf(op, answer, edits)])),
    changed: new Set(edits.flatMap(changesOf))
  };
}

function decidedOf(op: string, { answer, refused }: Answer, edits: readonly Entry[]): Decided {
  const { granted = [], revoked = [], fields = [] } = answer?.applied ?? {};
  const parts = answer?.refused ?? [];
  return {
    op,
    applied: new Set([...granted, ...revoked, ...fields]),
    refused: refused ? 'all' : new Set(parts.map(({ field, permission }) => permission ?? field ?? '')),
    entries: edits.filter((entry) => entry.op === op).length
  };
}

/** `key=value` of each permission that an entry says was switched. */
function changesOf({ change }: Entry): string[] {
  return change.flatMap(({ path, old, new: now }) =>
    path === 'permissions' && Array.isArray(old) && Array.isArray(now)
      ? [...old.map((id) => `${String(id)}=false`), ...now.map((id) => `${String(id)}=true`)]
      : []
  );
}
