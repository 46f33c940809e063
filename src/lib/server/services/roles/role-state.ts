import type { Cell, RoleState } from '../../../core/roles/roles';
import type { Queryable } from '../../db/driver/client';
import { pipelined } from '../../db/driver/pipelined';
import { membership, type CellRow, type RoleRow } from '../../db/tables/roles-table';
import type { Decision } from '../write-path/mutation';

/** A role, locked where it is to be changed, as core's decisions take it. */
export async function roleState(
  { deps, tx }: Pick<Decision, 'deps'> & { tx: Queryable },
  row: RoleRow
): Promise<RoleState> {
  const [members, { effective }] = await pipelined([
    membership(tx, row.id),
    deps.grants.of(tx, row.id, row.seq)
  ]);
  return roleStateOf(row, members, effective);
}

/** The same of what was read. */
export function roleStateOf(
  row: RoleRow,
  { hasMembers, heldByOwner }: Pick<RoleState, 'hasMembers' | 'heldByOwner'>,
  effective: ReadonlySet<string>
): RoleState {
  return {
    id: row.id,
    kind: row.kind,
    locked: row.locked,
    version: row.seq,
    name: { value: row.name, version: row.nameSeq, by: row.nameBy, at: row.nameAt.toISOString() },
    description: {
      value: row.description,
      version: row.descriptionSeq,
      by: row.descriptionBy,
      at: row.descriptionAt.toISOString()
    },
    require2fa: {
      value: row.require2fa,
      version: row.require2faSeq,
      by: row.require2faBy,
      at: row.require2faAt.toISOString()
    },
    require2faFrom: row.require2faFrom?.toISOString() ?? null,
    reviewedCatalogue: row.reviewedCatalogue,
    hasMembers,
    heldByOwner,
    effective
  };
}

/** A permission of a role with its last change, by its id, as core's decisions take it. */
export function cellState({ permissionId, on, seq, byName, at }: CellRow): [string, Cell] {
  return [permissionId, { on, version: seq, by: byName, at: at.toISOString() }];
}
