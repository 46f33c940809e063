import { randomUUID } from 'node:crypto';
import { KeyringError } from '../../auth/key-file';
import { NO_KEYS } from '../../auth/no-keys';
import {
  insertInstallation,
  lockFounding,
  readInstallation,
  writeKeyCheck,
  type Installation
} from '../../db/tables/installation-table';
import { readRoles } from '../../db/tables/roles-table';
import { auditedTransaction } from '../../db/driver/transaction';
import { record, SYSTEM, systemRequest } from '../write-path/audit';
import type { Deps } from '../write-path/deps';
import { adoptCatalogue } from './adopt-catalogue';
import { seedRole } from './seed-role';

const KEY_CHECK = 'check/v1';

/**
 * Makes a fresh database an installation: its identity and the ready-made roles (ROL-7). Does nothing on the next
 * start.
 */
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
    for (const role of catalogue.roles)
      if (!existing.has(role.id)) await seedRole(tx, role, catalogue.version, 'founding');
    return installation;
  });
  return adoptKey(deps, founded);
}
/**
 * The key must be the one that this database's secrets were sealed with: with another one nobody with a second factor
 * could sign in, and links would be void. The first process that has one says which it is.
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
