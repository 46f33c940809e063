import { decidePackageDelete } from '../../../core/packages/packages';
import { updatePackage } from '../../db/tables/packages-table';
import { countUsers, moveUsers } from '../../db/tables/users-table';
import { readSection } from '../stored-settings/read-section';
import { defineCommand } from '../write-path/define-command';
import { tooManyMoved } from '../write-path/moved-at-once';
import type { Outcome } from '../write-path/mutation';
import { packageTarget, touchedPackage, userTarget } from '../write-path/tenant-records';
import type { PackageDeleteAnswer } from './package-answers';

/** Deletes a package, and gives its users another one in the same step (TEN-2). */
export const deletePackage = defineCommand('packages.delete', {
  packages: ({ id, replaceWith }) => [
    { id, mode: 'update' },
    ...(replaceWith === undefined ? [] : [{ id: replaceWith, mode: 'share' as const }])
  ],
  target: ({ id }) => ({ type: 'package', id }),
  async decide(context, { id, replaceWith }): Promise<Outcome<PackageDeleteAnswer>> {
    const { tx, actor } = context;
    const touched = await touchedPackage(context, id);
    if ('refused' in touched) return touched;
    const { row, effective } = touched;
    const replacement = replaceWith === undefined ? null : await touchedPackage(context, replaceWith);
    if (replacement && 'refused' in replacement) return replacement;
    const users = (await countUsers(tx, [id])).get(id) ?? 0;
    const refused =
      decidePackageDelete(
        actor,
        await readSection(tx, 'caps'),
        { ...row, effective, users },
        replacement && { ...replacement.row, effective: replacement.effective }
      ) ?? tooManyMoved(users, 'users', 'replaceWith');
    if (refused) return { refused };
    const stamp = { by: actor.name, at: new Date().toISOString() };
    const moved = replacement ? await moveUsers(tx, id, replacement.row.id, stamp) : [];
    await updatePackage(tx, id, { deletedAt: new Date(), seq: row.seq + 1 });
    return {
      answer: { moved: moved.length },
      events: [
        {
          action: 'package.deleted',
          target: packageTarget(row),
          outcome: 'success',
          change:
            replacement && moved.length > 0
              ? [
                  { path: 'replacedBy', old: null, new: replacement.row.name },
                  { path: 'moved', old: null, new: moved.length }
                ]
              : []
        },
        ...moved.map((user) => ({
          action: 'user.updated' as const,
          target: userTarget(user),
          outcome: 'success' as const,
          change: [{ path: 'packageId', old: id, new: replacement!.row.id }]
        }))
      ],
      affects: [
        `package:${id}`,
        `members:${row.roleId}`,
        ...(replacement
          ? [`package:${replacement.row.id}` as const, `members:${replacement.row.roleId}` as const]
          : []),
        ...moved.map((user) => `user:${user.id}` as const)
      ],
      // Those who had it are told by the one that they have once they were judged.
      authority: [`package:${id}`, ...(replacement ? [`package:${replacement.row.id}` as const] : [])]
    };
  }
});
