import type { PermissionId } from '../../../core/access/catalogue/permission-ids';
import type { Queryable } from '../../db/driver/client';
import { findByEmailKey } from '../../db/tables/administrators-table';
import { holderOfSendingName, type NameOwnerKind } from '../../db/tables/sending-names-table';
import { findUserByEmailKey } from '../../db/tables/users-table';

/** Somebody who has an address or a sending name: administrators and users share one space of them (drizzle/0026). */
export type AddressHolder = {
  kind: NameOwnerKind;
  id: string;
  name: string;
  /** The address as it is written; null: it is a sending name. */
  email: string | null;
};

/** Permission needed to be told who the holder is. */
export const SEES: Record<NameOwnerKind, PermissionId> = {
  administrator: 'people.administrators.view',
  user: 'tenants.users.view'
};

/** Holder of this address or sending name, as both are compared; null: nobody. */
export async function addressHolder(tx: Queryable, key: string): Promise<AddressHolder | null> {
  const person = await findByEmailKey(tx, key);
  if (person) return { kind: 'administrator', id: person.id, name: person.name, email: person.email };
  const user = await findUserByEmailKey(tx, key);
  if (user) return { kind: 'user', id: user.id, name: user.name, email: user.email };
  const named = await holderOfSendingName(tx, key);
  return named && { ...named, email: null };
}
