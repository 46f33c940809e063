import type { Actor } from '../../../core/access/access';
import type { Refusal } from '../../../core/access/refusal';
import { emailKey } from '../../../core/text/names';
import type { Queryable } from '../../db/driver/client';
import { findByEmailKey } from '../../db/tables/administrators-table';

/**
 * The refusal for an address that an administrator has, else null. How that one is spelled is told to those who may see administrators;
 * others hear their own spelling. The unique index of the table decides between two who ask at the same moment.
 * @param exceptId the administrator who may have it
 */
export async function emailTaken(
  tx: Queryable,
  actor: Pick<Actor, 'permissions'>,
  address: string,
  exceptId?: string
): Promise<Extract<Refusal, { code: 'input/taken' }> | null> {
  const taken = await findByEmailKey(tx, emailKey(address));
  if (!taken || taken.id === exceptId) return null;
  const looksLike = actor.permissions.has('people.administrators.view') ? taken.email : address;
  return { code: 'input/taken', field: 'email', looksLike };
}
