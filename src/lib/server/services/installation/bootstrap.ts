import { randomUUID } from 'node:crypto';
import { SUPER_ADMINISTRATOR } from '../../../core/access/catalogue';
import type { AuditEvent } from '../../../core/log/entry';
import { nameKey } from '../../../core/text/names';
import { KeyringError } from '../../auth/key-file';
import { NO_KEYS } from '../../auth/no-keys';
import {
  insertInstallation,
  lockFounding,
  readInstallation,
  writeCatalogueVersion,
  writeKeyCheck,
  type Installation
} from '../../db/tables/installation-table';
import { insertRole, readRoles, writeCells } from '../../db/tables/roles-table';
import { auditedTransaction } from '../../db/driver/transaction';
import { record, SYSTEM, systemRequest, type Touch } from '../write-path/audit';
import type { Deps } from '../write-path/deps';
import { grantEvents } from '../roles/grant-events';

const KEY_CHECK = 'check/v1';

// The one shipped role that asks for two factors from the beginning (its description says so).
const REQUIRES_2FA = new Set(['compliance_officer']);

/** Makes a fresh database an installation: its identity and the ready-made roles (ROL-7). Does nothing on the next start. */
export async function foundInstallation(deps: Deps): Promise<Installation> {
  const present = await readInstallation(deps.db);
  if (present) return adoptCatalogue(deps, await adoptKey(deps, present));
  const founded = await auditedTransaction(deps.db, async (tx) => {
    await lockFounding(tx);
    const already = await readInstallation(tx);
    if (already) return already;
    const { catalogue } = deps.catalogue;
    const installation = {
      logOrigin: `rolecall/${randomUUID()}`,
      epoch: randomUUID(),
      catalogueVersion: catalogue.version,
      keyCheck: null,
      structure: null
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
  return adoptKey(deps, founded);
}

/**
 * The key must be the one that this database's secrets were sealed with: with another one nobody with a second factor could
 * sign in, and links would be void. The first process that has one says which it is.
 * @throws KeyringError when it is another
 */
export async function adoptKey(deps: Deps, installation: Installation): Promise<Installation> {
  const { keyring } = deps;
  if (keyring === NO_KEYS) return installation;
  const checks = keyring.macs(KEY_CHECK, installation.logOrigin).map((mac) => mac.toString('hex'));
  const keyCheck = checks[0]!;
  if (installation.keyCheck === keyCheck) return installation;
  if (installation.keyCheck !== null && !checks.includes(installation.keyCheck))
    throw new KeyringError(
      'the key in DATA_DIR/keys (or ENCRYPTION_KEYS) is not the one this database was used with'
    );
  return auditedTransaction(deps.db, async (tx) => {
    await lockFounding(tx);
    const present = await readInstallation(tx);
    if (!present || present.keyCheck === keyCheck) return present ?? installation;
    await writeKeyCheck(tx, keyCheck);
    await record(
      tx,
      { actor: SYSTEM, request: systemRequest('start') },
      {
        action: present.keyCheck === null ? 'key.adopted' : 'key.rotated',
        target: { type: 'key', id: keyring.newestId, name: null },
        outcome: 'success'
      },
      ['settings:caps']
    );
    return { ...present, keyCheck };
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
