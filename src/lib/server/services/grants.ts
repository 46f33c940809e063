import { effectivePermissions, isSuperAdministrator, type Grants } from '../../core/access';
import type { CatalogueIndex } from '../../core/catalogue';
import type { Queryable } from '../db/client';
import { readGrants } from '../db/roles-table';

/** What a role grants at one version of it. */
export type RoleGrants = {
  readonly seq: number;
  readonly grants: Grants;
  /** What a holder may do who is not the owner. */
  readonly effective: ReadonlySet<string>;
};

/**
 * What roles grant, remembered by role and version. A version never changes its meaning, so a remembered one is as good as
 * the rows; which version is in force is always asked of the database, under a lock where it decides something.
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
      const grants: Grants = isSuperAdministrator(roleId)
        ? { all: true }
        : { all: false, ids: new Set(await readGrants(tx, roleId)) };
      const made = { seq, grants, effective: effectivePermissions(catalogue, grants, false) };
      if (hit === undefined && known.size >= MOST_ROLES) known.delete(known.keys().next().value!);
      if (hit === undefined || hit.seq < seq) known.set(roleId, made);
      return made;
    }
  };
}
