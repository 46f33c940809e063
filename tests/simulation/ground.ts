import { indexCatalogue, SUPER_ADMINISTRATOR } from '../../src/lib/core/access/catalogue';
import { inheritAll } from '../../src/lib/core/quotas/caps';
import { nameKey } from '../../src/lib/core/text/names';
import { insertAdministrator } from '../../src/lib/server/db/tables/administrators-table';
import { insertRole, writeCells } from '../../src/lib/server/db/tables/roles-table';
import { auditedTransaction } from '../../src/lib/server/db/driver/transaction';
import { record, SYSTEM, systemRequest } from '../../src/lib/server/services/write-path/audit';
import type { Deps } from '../../src/lib/server/services/write-path/deps';
import { smallCatalogue } from '../support/small-catalogue';

/** Permissions that mean nothing here but are given and taken. */
export const LEAVES = [
  'audience.contacts.view',
  'audience.contacts.edit',
  'audience.contacts.delete',
  'mail.campaigns.view',
  'mail.campaigns.send',
  'mail.templates.edit'
];
const RIGHTS = [
  'people.roles.view',
  'people.roles.edit',
  'people.roles.assign',
  'people.administrators.view',
  'people.administrators.edit',
  'people.administrators.change_role',
  'people.administrators.suspend',
  'people.administrators.reactivate',
  'quotas.admin_quota.set',
  'quotas.admin_quota.clear'
];
/** Permissions that may be ticked. */
export const PERMISSIONS = [...LEAVES, 'people.roles.edit', 'people.administrators.edit'];

const ROLES: { id: string; label: string; permissions: string[] }[] = [
  { id: 'admin', label: 'Admin', permissions: [...RIGHTS, ...LEAVES] },
  {
    id: 'support',
    label: 'Support',
    permissions: [
      'people.roles.view',
      'people.roles.edit',
      'people.administrators.view',
      'people.administrators.edit',
      'quotas.admin_quota.set',
      ...LEAVES.slice(0, 4)
    ]
  },
  { id: 'helpers', label: 'Helpers', permissions: ['people.roles.view', ...LEAVES.slice(0, 2)] },
  { id: 'drafts', label: 'Drafts', permissions: [LEAVES[0]!] }
];

/** Roles whose pages are opened. */
export const EDITED_ROLES = ['support', 'helpers', 'drafts'];

export const LOG_ORIGIN = 'simulation.example/rolecall/log';

const catalogue = smallCatalogue([...RIGHTS, ...LEAVES], {
  roles: [
    {
      id: SUPER_ADMINISTRATOR,
      label: 'Super Administrator',
      description: '',
      locked: true,
      permissions: '*'
    },
    ...ROLES.map((role) => ({ ...role, description: '' }))
  ]
});
export const CATALOGUE = indexCatalogue(catalogue);

export type Person = { id: string; name: string; roleId: string; owner: boolean };

const idOf = (n: number) => `0000000${n}-0000-4000-a000-00000000000${n}`;
/** People of the story. Everybody but the last one has a device. */
export const PEOPLE: readonly Person[] = [
  { id: idOf(1), name: 'Maya', roleId: SUPER_ADMINISTRATOR, owner: true },
  { id: idOf(2), name: 'Arda', roleId: 'admin', owner: false },
  { id: idOf(3), name: 'Sam', roleId: 'support', owner: false },
  { id: idOf(4), name: 'Jo', roleId: 'support', owner: false },
  { id: idOf(5), name: 'Noor', roleId: 'helpers', owner: false }
];

/** The installation before anybody does anything. */
export async function found({
  db,
  catalogue: { catalogue: shipped }
}: Pick<Deps, 'db' | 'catalogue'>): Promise<void> {
  await auditedTransaction(db, async (tx) => {
    const by = { actor: SYSTEM, request: systemRequest('founding') };
    const at = new Date();
    for (const { id, label, description, locked = false, permissions } of shipped.roles) {
      const ids = permissions === '*' ? [] : permissions;
      await insertRole(tx, {
        id,
        name: label,
        nameKey: nameKey(label),
        description,
        locked,
        permissionCount: ids.length,
        nameAt: at,
        descriptionAt: at,
        require2faAt: at,
        createdAt: at
      });
      await writeCells(
        tx,
        ids.map((permissionId) => ({
          roleId: id,
          permissionId,
          on: true,
          seq: 1,
          byId: null,
          byName: 'Rolecall',
          at
        }))
      );
      await record(
        tx,
        by,
        {
          action: 'role.seeded',
          target: { type: 'role', id, name: label },
          outcome: 'success',
          change: [{ path: 'permissions', old: [], new: permissions === '*' ? '*' : ids }]
        },
        [`role:${id}`, `members:${id}`]
      );
    }
    for (const { id, name, roleId, owner } of PEOPLE) {
      const email = `${name.toLowerCase()}@northwind.example`;
      const row = { id, name, email, emailKey: email, passwordHash: '', roleId, owner, caps: inheritAll() };
      await insertAdministrator(tx, { ...row, createdAt: at });
      await record(
        tx,
        by,
        {
          action: 'administrator.created',
          target: { type: 'administrator', id, name },
          outcome: 'success',
          change: [
            { path: 'name', old: null, new: name },
            { path: 'roleId', old: null, new: roleId }
          ]
        },
        [`person:${id}`, `members:${roleId}`]
      );
    }
  });
}
