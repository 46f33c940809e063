import type { Refusal } from '../../../core/access/refusal';
import type { RoleKind } from '../../../core/roles/role-kinds';
import { findRoleByNameKey } from '../../db/tables/roles-table';
import type { AuditedTransaction } from '../../db/driver/transaction';
import { nameTaken } from '../write-path/name-taken';

/** ROL-12: the refusal for a role's name that is taken or looks like one of its kind that is, else null. */
export function roleNameTaken(
  tx: AuditedTransaction,
  kind: RoleKind,
  name: string,
  exceptId?: string
): Promise<Refusal | null> {
  return nameTaken(name, (key) => findRoleByNameKey(tx, kind, key), exceptId);
}
