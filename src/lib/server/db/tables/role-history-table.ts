import { and, desc, eq, inArray, lt, sql } from 'drizzle-orm';
import { ROLE_VERSION_ACTIONS, type RoleVersionAction } from '../../../core/roles/role-history';
import type { RoleKind } from '../../../core/roles/role-kinds';
import { entry, type EntryDoc } from '../log/audit-schema';
import type { Queryable } from '../driver/client';
import type { RoleRow } from './roles-table';
import { roles } from '../schema/roles';

/** An entry that belongs to a version of a role. Entries of one change share `change`. */
export type RoleEntryRow = {
  /** Ticket: later entries of a role have greater ones. */
  n: number;
  change: string;
  doc: EntryDoc & { action: RoleVersionAction };
};

/** The entries that made the versions of a role, newest first, below the ticket `before`. */
export async function roleEntries(
  tx: Queryable,
  roleId: string,
  page: { before: number | null; limit: number }
): Promise<RoleEntryRow[]> {
  const rows = await tx
    .select({
      n: entry.n,
      // After a restore of the database numbers of transactions begin anew: the operation tells such neighbours apart.
      change: sql<string>`concat_ws('/', txid, ${entry.doc}->>'op')`,
      doc: entry.doc
    })
    .from(entry)
    .where(
      and(
        sql`${entry.doc}->'target'->>'id' = ${roleId}`,
        inArray(sql`${entry.doc}->>'action'`, [...ROLE_VERSION_ACTIONS]),
        page.before === null ? undefined : lt(entry.n, page.before)
      )
    )
    .orderBy(desc(entry.n))
    .limit(page.limit);
  return rows as RoleEntryRow[];
}

/** A role of a kind whether it is still there or not: a deleted one keeps its history. */
export async function findRoleEver(tx: Queryable, id: string, kind: RoleKind): Promise<RoleRow | null> {
  const [row] = await tx
    .select()
    .from(roles)
    .where(and(eq(roles.id, id), eq(roles.kind, kind)));
  return row ?? null;
}
