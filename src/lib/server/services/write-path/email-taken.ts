import type { Actor } from '../../../core/access/access';
import type { RefusalOf } from '../../../core/access/refusal';
import { emailKey } from '../../../core/text/names';
import type { Queryable } from '../../db/driver/client';
import { addressHolder, SEES } from './address-holder';

/**
 * The refusal for an address that an administrator or a user has, or sends under, else null. Whose it is, and how it
 * is spelled, is told to those who may see them; others hear their own spelling. The database decides between two who
 * ask at the same moment.
 * @param exceptId who may have it
 */
export async function emailTaken(
  tx: Queryable,
  actor: Pick<Actor, 'permissions'>,
  address: string,
  exceptId?: string
): Promise<RefusalOf<'input/taken'> | null> {
  const holder = await addressHolder(tx, emailKey(address));
  if (!holder || holder.id === exceptId) return null;
  const isSeen = actor.permissions.has(SEES[holder.kind]);
  const taken = { code: 'input/taken', field: 'email' } as const;
  if (!isSeen) return { ...taken, looksLike: address };
  const { id, name, email } = holder;
  return { ...taken, looksLike: email ?? name, holder: { id, name, movable: false } };
}
