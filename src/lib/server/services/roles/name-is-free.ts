import { nameKey } from '../../../core/text/names';
import type { Refusal } from '../../../core/access/refusal';
import { findRoleByNameKey } from '../../db/tables/roles-table';
import type { AuditedTransaction } from '../../db/driver/transaction';

/**
 * ROL-12: the refusal for a name that is taken or looks like one that is, else null. The unique index decides between two
 * who ask at the same moment.
 */
export async function roleNameTaken(
  tx: AuditedTransaction,
  name: string,
  exceptId?: string
): Promise<Refusal | null> {
  const key = nameKey(name);
  if (key === '')
    return { code: 'input/invalid', field: 'name', message: 'The name has no visible characters.' };
  const taken = await findRoleByNameKey(tx, key);
  return taken && taken.id !== exceptId
    ? { code: 'input/taken', field: 'name', looksLike: taken.name }
    : null;
}
