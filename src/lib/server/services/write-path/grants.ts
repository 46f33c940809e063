import {
  effectiveAfter,
  effectivePermissions,
  isSuperAdministrator,
  type Grants
} from '../../../core/access/access';
import { changedSet } from '../../../core/access/changed-set';
import type { CatalogueIndex } from '../../../core/access/catalogue';
import type { Queryable } from '../../db/driver/client';
import { readCellsSince, readGrants, type CellRow } from '../../db/tables/roles-table';

/** Permissions that a role grants at one version of it. */
export type RoleGrants = {
  readonly seq: number;
  readonly grants: Grants;
  /** Permissions of a holder who is not the owner. */
  readonly effective: ReadonlySet<string>;
  /** Those of the owner, put together when they are first asked for. */
  ofOwner(): ReadonlySet<string>;
};

/**
 * Cache of what roles grant, by role and version. A version never changes its meaning, so a remembered one is as
 * good as the rows; which version is in force is always asked of the database, under a lock where it decides
 * something.
 */
export type GrantsCache = {
  of(tx: Queryable, roleId: string, seq: number): Promise<RoleGrants>;
  /**
   * The same of a role that a statement sent before this one locks: what changed in it since the remembered version is
   * read without knowing which one it has. Gives what it grants, once that is known.
   */
  behindLock(tx: Queryable, roleId: string): Promise<(seq: number) => Promise<RoleGrants>>;
};

const MOST_ROLES = 1000;

/** Makes the memory of one process. */
export function grantsCache(catalogue: CatalogueIndex): GrantsCache {
  const known = new Map<string, RoleGrants>();
  const keep = (roleId: string, made: RoleGrants): RoleGrants => {
    const hit = known.get(roleId);
    if (hit === undefined && known.size >= MOST_ROLES) known.delete(known.keys().next().value!);
    if (hit === undefined || hit.seq < made.seq) known.set(roleId, made);
    return made;
  };
  const of: GrantsCache['of'] = async (tx, roleId, seq) => {
    const hit = known.get(roleId);
    if (hit?.seq === seq) return hit;
    const made =
      hit && hit.seq < seq && !hit.grants.all
        ? changed(catalogue, seq, hit, await readCellsSince(tx, roleId, hit.seq))
        : await whole(catalogue, tx, roleId, seq);
    return keep(roleId, made);
  };
  return {
    of,
    async behindLock(tx, roleId) {
      const hit = known.get(roleId);
      if (!hit || hit.grants.all) return (seq) => of(tx, roleId, seq);
      const cells = await readCellsSince(tx, roleId, hit.seq);
      return async (seq) => {
        if (hit.seq >= seq) return of(tx, roleId, seq);
        return keep(roleId, changed(catalogue, seq, hit, cells));
      };
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
  return roleGrants(catalogue, seq, grants, effectivePermissions(catalogue, grants, false));
}

/**
 * Permissions that changed since an older version: only they are read and judged, so that a tick costs a tick,
 * however much the role grants.
 */
function changed(
  catalogue: CatalogueIndex,
  seq: number,
  { grants, effective }: RoleGrants,
  cells: readonly CellRow[]
): RoleGrants {
  const changes = cells.map(({ permissionId, on }) => [permissionId, on] as const);
  const now: Grants = grants.all ? grants : { all: false, ids: changedSet(grants.ids, changes) };
  return roleGrants(catalogue, seq, now, effectiveAfter(catalogue, effective, changes));
}

function roleGrants(
  catalogue: CatalogueIndex,
  seq: number,
  grants: Grants,
  effective: ReadonlySet<string>
): RoleGrants {
  let ofOwner: ReadonlySet<string> | undefined;
  return {
    ...{ seq, grants, effective },
    ofOwner: () => (ofOwner ??= effectivePermissions(catalogue, grants, true))
  };
}
