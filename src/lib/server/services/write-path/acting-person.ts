import type { Actor } from '../../../core/access/access';
import type { CapSettings } from '../../../core/quotas/caps';
import type { SessionOwner } from '../../db/tables/sessions-table';

/** Somebody who acts, as core's decisions take them. */
export type ActingPerson = Actor & { caps: CapSettings };

export function actingPerson(person: SessionOwner, permissions: ReadonlySet<string>): ActingPerson {
  const { id, name, owner, roleId, caps } = person;
  return { id, name, owner, roleId, caps, permissions };
}
