import type { ReadyMadeRole } from '../../../core/access/catalogue';
import type { AuditEvent } from '../../../core/log/entry';
import { nameKey } from '../../../core/text/names';
import type { AuditedTransaction } from '../../db/driver/transaction';
import { insertRole, writeCells } from '../../db/tables/roles-table';
import { grantEvents } from '../roles/grant-events';
import { record, SYSTEM, systemRequest, type AffectedRecord } from '../write-path/audit';

// The one shipped role that asks for two factors from the beginning (its description says so).
const REQUIRES_2FA = new Set(['compliance_officer']);

/** Adds a ready-made role as the catalogue has it (ROL-7), reviewed for that catalogue. */
export async function seedRole(
  tx: AuditedTransaction,
  role: ReadyMadeRole,
  catalogueVersion: number,
  occasion: 'founding' | 'start'
): Promise<void> {
  const ids = role.permissions === '*' ? [] : role.permissions;
  await insertRole(tx, {
    id: role.id,
    name: role.label,
    nameKey: nameKey(role.label),
    description: role.description,
    require2fa: REQUIRES_2FA.has(role.id),
    locked: role.locked ?? false,
    permissionCount: ids.length,
    reviewedCatalogue: catalogueVersion
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
  const affects: AffectedRecord[] = [`role:${role.id}`, `members:${role.id}`];
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
    await record(tx, { actor: SYSTEM, request: systemRequest(occasion) }, event, affects);
}
