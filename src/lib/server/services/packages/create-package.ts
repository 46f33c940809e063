import { randomUUID } from 'node:crypto';
import { unlimitedCounts } from '../../../core/packages/counts';
import { decidePackageCreate } from '../../../core/packages/packages';
import { allOff } from '../../../core/packages/switches';
import { inheritAll } from '../../../core/quotas/caps';
import { nameKey } from '../../../core/text/names';
import { findPackageByNameKey, insertPackage } from '../../db/tables/packages-table';
import { readSection } from '../stored-settings/read-section';
import { defineCommand } from '../write-path/define-command';
import type { Outcome } from '../write-path/mutation';
import { nameTaken } from '../write-path/name-taken';
import { madeWith } from '../write-path/setting-changes';
import { packageTarget, userRole } from '../write-path/tenant-records';
import type { PackageCreateAnswer } from './package-answers';

/**
 * Creates a package with a role of users that its maker may give (ACC-1), and caps not above theirs (ACC-4). Nobody
 * has it yet.
 */
export const createPackage = defineCommand('packages.create', {
  locks: ({ roleId }) => [{ id: roleId, mode: 'share' }],
  target: () => ({ type: 'package', id: 'new' }),
  async decide(context, { name, roleId, ...given }): Promise<Outcome<PackageCreateAnswer>> {
    const { tx, actor } = context;
    const role = await userRole(context, roleId);
    if (!role) return { refused: { code: 'not-found', what: 'role' } };
    const caps = { ...inheritAll(), ...given.caps };
    const counts = { ...unlimitedCounts(), ...given.counts };
    const switches = { ...allOff(), ...given.switches };
    const refused =
      decidePackageCreate(actor, await readSection(tx, 'caps'), { role, caps, switches }) ??
      (await nameTaken(name, (key) => findPackageByNameKey(tx, key)));
    if (refused) return { refused };
    const id = randomUUID();
    await insertPackage(tx, { id, name, nameKey: nameKey(name), roleId, caps, counts, switches });
    return {
      answer: { id, seq: 1 },
      events: [
        {
          action: 'package.created',
          target: packageTarget({ id, name }),
          outcome: 'success',
          change: [
            { path: 'roleId', old: null, new: roleId },
            ...madeWith('caps', caps, 'inherit'),
            ...madeWith('counts', counts, 'unlimited'),
            ...madeWith('switches', switches, false)
          ]
        }
      ],
      affects: [`package:${id}`, `members:${roleId}`],
      authority: [`package:${id}`]
    };
  }
});
