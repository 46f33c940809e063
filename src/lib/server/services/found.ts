import { randomUUID } from 'node:crypto';
import { SUPER_ADMINISTRATOR } from '../../core/catalogue';
import type { AuditEvent } from '../../core/audit/entry';
import { nameKey } from '../../core/names';
import {
  insertInstallation,
  lockFounding,
  readInstallation,
  writeCatalogueVersion,
  type Installation
} from '../db/installation-table';
import { insertRole, readRoles, writeCells } from '../db/roles-table';
import { auditedTransaction } from '../db/transaction';
import { record, SYSTEM, systemRequest, type Touch } from './audit';
import type { Deps } from './deps';
import { grantEvents } from './roles/grant-events';

// The one shipped role that asks for two factors from the beginning (its description says so).
const REQUIRES_2FA = new Set(['compliance_officer']);

/** Makes a fresh database an installation: its identity and the ready-made roles (ROL-7). Does nothing on the next start. */
export async function foundInstallation(deps: Deps): Promise<Installation> {
  const present = await readInstallation(deps.db);
  if (present) return adoptCatalogue(deps, present);
  return auditedTransaction(deps.db, async (tx) => {
    await lockFounding(tx);
    const already = await readInstallation(tx);
    if (already) return already;
    const { catalogue } = deps.catalogue;
    const installation = {
      logOrigin: `rolecall/${randomUUID()}`,
      epoch: randomUUID(),
      catalogueVersion: catalogue.version
    };
    await insertInstallation(tx, installation);
    const existing = new Set((await readRoles(tx)).map((role) => role.id));
    for (const role of catalogue.roles) {
      if (existing.has(role.id)) continue;
      const ids = role.permissions === '*' ? [] : role.permissions;
      await insertRole(tx, {
        id: role.id,
        name: role.label,
        nameKey: nameKey(role.label),
        description: role.description,
        require2fa: REQUIRES_2FA.has(role.id),
        locked: role.locked ?? false,
        permissionCount: ids.length,
        reviewedCatalogue: catalogue.version
      });
      await writeCells(
        tx,
        ids.map((permissionId) => ({
          roleId: role.id,
          permissionId,
          on: true,
          seq: 1,
          byId: null,
          byName: 'Rolecall',
          at: new Date()
        }))
      );
      const touches: Touch[] = [`role:${role.id}`, `members:${role.id}`];
      const target = { type: 'role', id: role.id, name: role.label };
      const events: AuditEvent[] =
        role.permissions === '*'
          ? [
              {
                action: 'role.seeded',
                target,
                outcome: 'success',
                change: [{ path: 'permissions', old: [], new: '*' }]
              }
            ]
          : grantEvents('role.seeded', target, ids, [], []);
      for (const event of events)
        await record(tx, { actor: SYSTEM, request: systemRequest('founding') }, event, touches);
    }
    return installation;
  });
}

/** ROL-11: another catalogue than last time widens no role but Super Administrator, whose document is written anew. */
async function adoptCatalogue(deps: Deps, installation: Installation): Promise<Installation> {
  const { version } = deps.catalogue.catalogue;
  if (installation.catalogueVersion === version) return installation;
  await auditedTransaction(deps.db, async (tx) => {
    await lockFounding(tx);
    const present = await readInstallation(tx);
    if (present?.catalogueVersion === version) return;
    await writeCatalogueVersion(tx, version);
    await record(
      tx,
      { actor: SYSTEM, request: systemRequest('start') },
      {
        action: 'catalogue.changed',
        target: { type: 'catalogue', id: String(version), name: null },
        outcome: 'success',
        change: [{ path: 'version', old: installation.catalogueVersion, new: version }]
      },
      [`role:${SUPER_ADMINISTRATOR}`]
    );
  });
  return { ...installation, catalogueVersion: version };
}
