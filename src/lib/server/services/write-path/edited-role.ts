import { membersToActivate, type AdministratorRow } from '../../db/tables/administrators-table';
import { pipelined } from '../../db/driver/pipelined';
import type { AuditedTransaction } from '../../db/driver/transaction';
import { membership, readCells, type CellRow } from '../../db/tables/roles-table';
import type { Deps } from './deps';
import type { RoleGrants } from './grants';

/** Edit of what a role grants, as it is asked for: ids of permissions. */
export type RoleEditing = { id: string; grant: readonly string[]; revoke: readonly string[] };

/** Role that is edited, as far as its own row does not say it. */
export type EditedRole = {
  /** Those of the permissions that the edit names. */
  cells: CellRow[];
  membership: { hasMembers: boolean; heldByOwner: boolean };
  /** Permissions that its row's version grants. */
  grantsAt(seq: number): Promise<RoleGrants>;
  /** Members whose link or initial password is open; none is read where nothing is to be granted. */
  toActivate: AdministratorRow[];
};

/**
 * Reads what an edit of a role depends on. The role is locked, or the lock was sent before this: then all of it is one
 * trip.
 */
export async function readEditedRole(
  { grants }: Pick<Deps, 'grants'>,
  tx: AuditedTransaction,
  { id, grant, revoke }: RoleEditing
): Promise<EditedRole> {
  const [cells, members, grantsAt, toActivate] = await pipelined([
    readCells(tx, id, [...new Set([...grant, ...revoke])]),
    membership(tx, id),
    grants.behindLock(tx, id),
    grant.length > 0 ? membersToActivate(tx, id) : NOBODY
  ]);
  return { cells, membership: members, grantsAt, toActivate };
}

const NOBODY = Promise.resolve<AdministratorRow[]>([]);
