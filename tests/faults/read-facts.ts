import postgres from 'postgres';
import type * as Y from 'yjs';
import { feedEntries, rolesMap } from '../../src/lib/documents/list-docs';
import { readGranted, readRoleHeader } from '../../src/lib/documents/role-doc';
import { loadUpdates, newServerDocument } from '../../src/lib/documents/server-writer';
import type { Facts, ReplicaState } from './history';

/** Reads everything the checker compares, in one moment. */
export async function readFacts(url: string): Promise<Omit<Facts, 'replicas'>> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  try {
    return await sql.begin('isolation level repeatable read', async (tx) => {
      const [installation] = await tx<{ log_origin: string }[]>`select log_origin from installation`;
      const [waiting] = await tx<{ count: number }[]>`select count(*)::int as count from audit.pending`;
      const operations = await tx<{ op: string }[]>`select op from operations`;
      return {
        logOrigin: installation!.log_origin,
        roles: [
          ...(await tx<Facts['roles']>`select id, name, seq::int, permission_count as count,
            deleted_at is not null as deleted from roles order by id`)
        ],
        cells: [
          ...(await tx<
            Facts['cells']
          >`select role_id as "roleId", permission_id as "permissionId", granted as "on", seq::int
            from role_permissions`)
        ],
        entries: [
          ...(await tx<
            Facts['entries']
          >`select n::int, convert_from(body, 'UTF8') as body from audit.entry order by n`)
        ],
        sequence: [
          ...(await tx<
            Facts['sequence']
          >`select seq::int, n::int, encode(chain, 'hex') as chain from audit.seq order by seq`)
        ],
        pending: waiting!.count,
        operations: operations.map(({ op }) => op),
        documents: await readDocuments(tx)
      };
    });
  } finally {
    await sql.end();
  }
}

async function readDocuments(tx: postgres.TransactionSql): Promise<ReplicaState> {
  const state: ReplicaState = { role: {} };
  const rows = await tx<{ name: string; snapshot: Uint8Array }[]>`select name, snapshot from documents`;
  for (const { name, snapshot } of rows) {
    const updates = await tx<
      { data: Uint8Array }[]
    >`select data from document_updates where name = ${name} order by clock`;
    const doc = newServerDocument();
    loadUpdates(doc, [...(snapshot.length > 0 ? [snapshot] : []), ...updates.map(({ data }) => data)]);
    describe(state, name, doc);
  }
  return state;
}

/** Adds to `state` what a document says. */
export function describe(state: ReplicaState, name: string, doc: Y.Doc): void {
  if (name === 'feed') state.feed = feedEntries(doc).map((entry) => entry.id);
  if (name === 'roles')
    state.roles = Object.fromEntries(
      [...rolesMap(doc)].map(([id, { name: title, count, seq }]) => [id, { name: title, count, seq }])
    );
  const header = name.startsWith('role:') ? readRoleHeader(doc) : null;
  if (header)
    state.role[name.slice(5)] = { name: header.name, seq: header.seq, granted: [...readGranted(doc)] };
}
