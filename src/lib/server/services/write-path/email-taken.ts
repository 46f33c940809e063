import type { Actor } from '../../../core/access/access';
import type { RefusalOf } from '../../../core/access/refusal';
import { emailKey } from '../../../core/text/names';
import type { Queryable } from '../../db/driver/client';
import { findByEmailKey } from '../../db/tables/administrators-table';
import { holderOfSendingName } from '../../db/tables/sending-names-table';

/**
 * The refusal for an address that an administrator has, or sends under, else null. Whose it is, and how it is spelled, is told to those who
 * may see administrators; others hear their own spelling. The database decides between two who ask at the same moment.
 * @param exceptId the administrator who may have it
 */
export async function emailTaken(
  tx: Queryable,
  actor: Pick<Actor, 'permissions'>,
  address: string,
  exceptId?: string
): Promise<RefusalOf<'input/taken'> | null> {
  const key = emailKey(address);
  const seen = actor.permissions.has('people.administrators.view');
  const taken = await findByEmailKey(tx, key);
  if (taken && taken.id !== exceptId)
    return { code: 'input/taken', field: 'email', looksLike: seen ? taken.email : address };
  const holder = await holderOfSendingName(tx, key);
  if (holder && holder.id !== exceptId)
    return { code: 'input/taken', field: 'email', looksLike: seen ? holder.name : address };
  return null;
}
