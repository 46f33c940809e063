import type { PersonState } from '../../../core/administrators/people';
import type { AdministratorRow } from '../../db/tables/administrators-table';
import type { Queryable } from '../../db/driver/client';
import { permissionsOf } from './authority';
import type { Decision } from './mutation';

const NOTHING: ReadonlySet<string> = new Set();

/** A person, locked where they are to be changed, as core's decisions take them. */
export async function personState(
  { deps, tx, roles }: Pick<Decision, 'deps' | 'roles'> & { tx: Queryable },
  row: AdministratorRow
): Promise<PersonState> {
  const { id, owner, roleId, name, email, caps, fieldSeq } = row;
  const role = roles.get(roleId);
  // Somebody deactivated may be left with a role that was deleted: it grants nothing.
  const effective = role ? await permissionsOf(deps, tx, owner, role) : NOTHING;
  return { id, owner, roleId, effective, name, email, caps, changed: fieldSeq };
}
