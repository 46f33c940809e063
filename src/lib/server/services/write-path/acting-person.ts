import type { Actor } from '../../../core/access/access';
import { nothingToGive, type CapSettings } from '../../../core/quotas/caps';
import type { AccountKind } from '../../../core/sign-in/account';
import type { SessionOwner } from '../../db/tables/sessions-table';

/** Somebody who acts, as core's decisions take them. */
export type ActingPerson = Actor & { caps: CapSettings };

export function actingPerson(
  person: Pick<SessionOwner, 'id' | 'name' | 'owner' | 'roleId' | 'caps'> & { kind?: AccountKind },
  permissions: ReadonlySet<string>
): ActingPerson {
  const { id, name, owner, roleId, kind } = person;
  // A user gives nothing to anybody.
  const caps = kind === 'user' ? nothingToGive() : person.caps;
  return { id, name, owner, roleId, caps, permissions };
}
