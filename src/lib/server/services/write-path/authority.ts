import type { RoleKind } from '../../../core/roles/role-kinds';
import type { Queryable } from '../../db/driver/client';
import { readRoles } from '../../db/tables/roles-table';
import type { SessionOwner } from '../../db/tables/sessions-table';
import { actingPerson, type ActingPerson } from './acting-person';
import type { Deps } from './deps';
import { unscoped } from './scope';

/** Person with their permissions at this moment, for questions that change nothing; null: their role is gone. */
export async function actorOf(deps: Deps, person: SessionOwner): Promise<ActingPerson | null> {
  const { db } = unscoped(deps);
  const [role] = await readRoles(db, [person.roleId]);
  if (!role) return null;
  return actingPerson(person, await permissionsOf(deps, db, person.owner, role));
}

/** Permissions whoever acts may use: those they hold. Without the fence of code a user may do everything. */
export function heldBy(
  { catalogue, fences }: Pick<Deps, 'catalogue' | 'fences'>,
  held: ReadonlySet<string>,
  role: { kind: RoleKind }
): ReadonlySet<string> {
  return role.kind === 'user' && fences?.code === false ? new Set(catalogue.ids) : held;
}

/**
 * Effective permissions of a holder of a role at its present version: of a user those alone that the catalogue
 * marks for users (TEN-4).
 */
export async function permissionsOf(
  deps: Pick<Deps, 'catalogue' | 'grants'>,
  tx: Queryable,
  owner: boolean,
  role: { id: string; seq: number; kind: RoleKind }
): Promise<ReadonlySet<string>> {
  const { effective, ofOwner } = await deps.grants.of(tx, role.id, role.seq);
  if (role.kind === 'user') return new Set([...effective].filter((id) => deps.catalogue.forUsers.has(id)));
  return owner ? ofOwner() : effective;
}
