import {
  effectiveAfter,
  effectivePermissions,
  isSuperAdministrator,
  type Grants
} from '../../../core/access/access';
import { changedSet } from '../../../core/access/changed-set';
import type { CatalogueIndex } from '../../../core/access/catalogue';
import type { Queryable } from '../../db/driver/client';
import { readCellsSince, readGrants } from '../../db/tables/roles-table';

/** Permissions that a role grants at one version of it. */
export type RoleGrants = {
  readonly seq: number;
  readonly grants: Grants;
  /** Permissions of a holder who is not the owner. */
  readonly effective: ReadonlySet<string>;
};

/**
 * Cache of what roles grant, by role and version. A version never changes its meaning, so a remembered one is as
 * good as the rows; which version is in force is always asked of the database, under a lock where it decides
 * something.
 */
export type GrantsCache = {
  of(tx: Queryable, roleId: string, seq: number): Promise<RoleGrants>;
};

const MOST_ROLES = 1000;

/** Makes the memory of one process. */
export function grantsCache(catalogue: CatalogueIndex): GrantsCache {
  const known = new Map<string, RoleGrants>();
  return {
    async of(tx, roleId, seq) {
      const hit = known.get(roleId);
      if (hit?.seq === seq) return hit;
      const made =
        hit && hit.seq < seq && !hit.grants.all
          ? await changed(catalogue, tx, roleId, seq, hit, hit.grants.ids)
          : await whole(catalogue, tx, roleId, seq);
      if (hit === undefined && known.size >= MOST_ROLES) known.delete(known.keys().next().value!);
      if (hit === undefined || hit.seq < seq) known.set(roleId, made);
      return made;
    }
  };
}

async function whole(
  catalogue: CatalogueIndex,
  tx: Queryable,
  roleId: string,
  seq: number
): Promise<RoleGrants> {
  const grants: Grants = isSuperAdministrator(roleId)
    ? { all: true }
    : { all: false, ids: new Set(await readGrants(tx, roleId)) };
  return { seq, grants, effective: effectivePermissions(catalogue, grants, false) };
}

/**
 * Permissions that changed since an older version: only they are read and judged, so that a tick costs a tick,
 * however much the role grants.
 */
async function changed(
  catalogue: CatalogueIndex,
  tx: Queryable,
  roleId: string,
  seq: number,
  older: RoleGrants,
  olderIds: ReadonlySet<string>
): Promise<RoleGrants> {
  const cells = await readCellsSince(tx, roleId, older.seq);
  const changes = cells.map(({ permissionId, on }) => [permissionId, on] as const);
  return {
    seq,
    grants: { all: false, ids: changedSet(olderIds, changes) },
    effective: effectiveAfter(catalogue, older.effective, changes)
  };
}
