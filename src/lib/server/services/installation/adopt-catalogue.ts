import type { AuditChange } from '../../../core/log/entry';
import { nameKey } from '../../../core/text/names';
import { auditedTransaction, type AuditedTransaction } from '../../db/driver/transaction';
import {
  lockFounding,
  readInstallation,
  writeCatalogueVersion,
  type Installation
} from '../../db/tables/installation-table';
import { readRoleIds, readRoles } from '../../db/tables/roles-table';
import { record, SYSTEM, systemRequest } from '../write-path/audit';
import type { Deps } from '../write-path/deps';
import { seedRole } from './seed-role';

/**
 * ROL-11: another catalogue than last time widens no role but Super Administrator. All roles are written anew, since
 * what is new to them is told with them. Ready-made roles that this installation never had are added.
 */
export async function adoptCatalogue(deps: Deps, installation: Installation): Promise<Installation> {
  const { version } = deps.catalogue.catalogue;
  if (installation.catalogueVersion === version) return installation;
  await auditedTransaction(deps.db, async (tx) => {
    await lockFounding(tx);
    const present = await readInstallation(tx);
    if (present?.catalogueVersion === version) return;
    await writeCatalogueVersion(tx, version);
    const before = await readRoles(tx);
    const { added, namesTaken } = await addRoles(deps, tx);
    const change: AuditChange[] = [{ path: 'version', old: installation.catalogueVersion, new: version }];
    if (added.length > 0) change.push({ path: 'roles', old: null, new: added });
    if (namesTaken.length > 0) change.push({ path: 'namesTaken', old: null, new: namesTaken });
    await record(
      tx,
      { actor: SYSTEM, request: systemRequest('start') },
      {
        action: 'catalogue.changed',
        target: { type: 'catalogue', id: String(version), name: null },
        outcome: 'success',
        change
      },
      ['roles:all', 'userRoles:all', ...before.map(({ id }) => `role:${id}` as const)]
    );
    if (namesTaken.length > 0)
      deps.log.warn({ roles: namesTaken }, 'ready-made roles were not added: roles of these names exist');
  });
  return { ...installation, catalogueVersion: version };
}

/**
 * Adds the ready-made roles whose id was never used here: one that was deleted stays deleted. Where a role of the
 * same name exists, made by somebody here, theirs stays and the ready-made one is left out; it is tried again with
 * the next version.
 */
async function addRoles(
  deps: Deps,
  tx: AuditedTransaction
): Promise<{ added: string[]; namesTaken: string[] }> {
  const { roles, version } = deps.catalogue.catalogue;
  const used = new Set(await readRoleIds(tx));
  const names = new Set((await readRoles(tx, undefined, 'administrator')).map((role) => role.nameKey));
  const added: string[] = [];
  const namesTaken: string[] = [];
  for (const role of roles) {
    if (used.has(role.id)) continue;
    if (names.has(nameKey(role.label))) namesTaken.push(role.label);
    else {
      await seedRole(tx, role, version, 'start');
      added.push(role.label);
    }
  }
  return { added, namesTaken };
}
