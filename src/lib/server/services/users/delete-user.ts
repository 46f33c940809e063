import { barredFromTenant } from '../../../core/packages/packages';
import { readSendingNames } from '../../db/tables/sending-names-table';
import { deleteUser as deleteRow } from '../../db/tables/users-table';
import { eraseSignIn } from '../credentials/erase-sign-in';
import { defineCommand } from '../write-path/define-command';
import type { Outcome } from '../write-path/mutation';
import { touchedPackage, userTarget } from '../write-path/tenant-records';
import { eraseUser } from './erase-user';

/**
 * Deletes a user permanently, at once, a closed one too. The name stays in every entry of the log, the personal data
 * there are erased, and the id is never given again.
 */
export const deleteUser = defineCommand('users.delete', {
  users: ({ id }) => [id],
  target: ({ id }) => ({ type: 'user', id }),
  async decide(context, { id }): Promise<Outcome<{ deleted: true }>> {
    const { tx, users, actor } = context;
    const row = users.get(id);
    if (!row) return { refused: { code: 'not-found', what: 'user' } };
    const has = await touchedPackage(context, row.packageId);
    // The package of somebody closed may be gone: it grants nothing.
    if ('refused' in has && row.deletedAt === null) return has;
    const refused = 'refused' in has ? null : barredFromTenant(actor, has.effective);
    if (refused) return { refused };
    const names = await readSendingNames(tx, id, 'user');
    await eraseSignIn(tx, row);
    await deleteRow(tx, id);
    await eraseUser(tx, row, names);
    return {
      answer: { deleted: true },
      events: [
        {
          action: 'user.deleted',
          target: userTarget(row),
          outcome: 'success',
          change: [{ path: 'status', old: row.status, new: 'deleted' }]
        }
      ],
      affects: [
        `user:${id}`,
        `package:${row.packageId}`,
        ...('refused' in has ? [] : [`members:${has.row.roleId}` as const])
      ],
      authority: [`user:${id}`]
    };
  }
});
