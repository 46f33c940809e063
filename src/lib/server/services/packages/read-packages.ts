import { readPackages, type PackageRow } from '../../db/tables/packages-table';
import { readRoles } from '../../db/tables/roles-table';
import { countUsers } from '../../db/tables/users-table';
import { ask } from '../write-path/ask';
import type { Caller } from '../write-path/caller';
import type { Deps } from '../write-path/deps';
import type { RefusalOr } from '../write-path/refusal-or';
import type { PackageView } from './package-answers';

const VIEW = 'tenants.packages.view' as const;

/** All packages by name. */
export function listPackages(deps: Deps, caller: Caller): Promise<RefusalOr<PackageView[]>> {
  const question = { name: 'packages.list', permission: VIEW };
  return ask<PackageView[]>(deps, caller, question, async () => ({
    answer: await views(deps, await readPackages(deps.db))
  }));
}

export function getPackage(deps: Deps, caller: Caller, id: string): Promise<RefusalOr<PackageView>> {
  const question = { name: 'packages.get', permission: VIEW };
  return ask<PackageView>(deps, caller, question, async () => {
    const [found] = await views(deps, await readPackages(deps.db, [id]));
    return found ? { answer: found } : { refused: { code: 'not-found', what: 'package' } };
  });
}

async function views({ db }: Deps, rows: readonly PackageRow[]): Promise<PackageView[]> {
  const [roles, users] = await Promise.all([
    readRoles(db, [...new Set(rows.map(({ roleId }) => roleId))]),
    countUsers(
      db,
      rows.map(({ id }) => id)
    )
  ]);
  const roleNames = new Map(roles.map(({ id, name }) => [id, name]));
  return rows.map(({ id, name, roleId, caps, counts, switches, seq, createdAt }) => ({
    ...{ id, name, caps, counts, switches, seq },
    role: { id: roleId, name: roleNames.get(roleId) ?? roleId },
    users: users.get(id) ?? 0,
    createdAt: createdAt.toISOString()
  }));
}
