import type { CapSettings } from '../../../core/caps';
import { touchLastActive } from '../../db/administrators-table';
import { readInstallation } from '../../db/installation-table';
import { readRoles } from '../../db/roles-table';
import { findSession } from '../../db/sessions-table';
import { keepSession } from '../../auth/sessions';
import { permissionsOf } from '../authority';
import type { Caller } from '../caller';
import type { Deps } from '../deps';
import type { RefusalOr } from '../refusal-or';

export type Me = {
  id: string;
  name: string;
  email: string;
  owner: boolean;
  role: { id: string; name: string };
  permissions: string[];
  caps: CapSettings;
  /** Part of every document's name on this device. */
  epoch: string;
};

/** Who I am and what I may do. */
export async function readMe(deps: Deps, caller: Caller): Promise<RefusalOr<Me>> {
  const found = caller.session && (await findSession(deps.db, caller.session.sid));
  const installation = await readInstallation(deps.db);
  const [role] = found ? await readRoles(deps.db, [found.person.roleId]) : [];
  if (!found || !role || !installation) return { refused: { code: 'auth/signed-out' } };
  const { id, name, email, owner, caps } = found.person;
  const permissions = await permissionsOf(deps, deps.db, owner, role);
  return {
    answer: {
      id,
      name,
      email,
      owner,
      role: { id: role.id, name: role.name },
      permissions: deps.catalogue.ids.filter((permission) => permissions.has(permission)),
      caps,
      epoch: installation.epoch
    }
  };
}

/** Notes a person's own request: the idle time starts anew. */
export async function noteActivity(deps: Deps, session: { sid: string; personId: string }): Promise<void> {
  await keepSession(deps.db, session.sid);
  await touchLastActive(deps.db, session.personId);
}
