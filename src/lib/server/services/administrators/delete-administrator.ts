import { deleteAdministrator as deleteRow, updateAdministrator } from '../../db/tables/administrators-table';
import { revokeKeysOf } from '../../db/tables/api-keys-table';
import { deleteDevicesOf } from '../../db/tables/devices-table';
import { forgetHandoversOf } from '../../db/tables/handovers-table';
import { deleteMailsOf } from '../../db/tables/mails-table';
import { deleteNoticesOf } from '../../db/tables/notices-table';
import { deleteOfferTo } from '../../db/tables/ownership-table';
import { deleteTotp } from '../../db/tables/totp-table';
import { answeredFor, stewardIs } from '../applications/steward';
import { endSessions } from '../credentials/end-sessions';
import { definePersonCommand } from '../write-path/define-command';
import { personTarget } from '../write-path/person-action';
import { statusStamp } from '../write-path/status-stamp';

/**
 * Offboarding (ADM-8). Deactivating keeps the record, without a way to sign in; deleting takes it away permanently.
 * Either way the sessions end at once, the name stays in every entry of the log, and the id is never given again.
 */
export const deleteAdministrator = definePersonCommand('administrators.delete', {
  applications: answeredFor,
  includesDeactivated: true,
  async act({ tx, actor }, row, { hard = false }) {
    const deleted = hard ? 'hard' : 'soft';
    if (!hard && row.deletedAt !== null) return { answer: { deleted }, events: [], affects: [] };
    const ended = await endSessions(tx, row.id);
    await deleteOfferTo(tx, row.id);
    // Whoever comes back begins anew: no device, factor or open invitation of before opens anything.
    await deleteTotp(tx, row.id);
    await deleteDevicesOf(tx, row.id);
    const keys = await revokeKeysOf(tx, { administratorId: row.id }, 'deleted');
    const steward = await stewardIs(tx, row.id, 'gone');
    if (hard) {
      await deleteMailsOf(tx, row.id);
      await deleteNoticesOf(tx, row.id);
      await deleteRow(tx, row.id);
      await forgetHandoversOf(tx, row.id);
    } else {
      await updateAdministrator(tx, row.id, {
        deletedAt: new Date(),
        twoFactor: false,
        // Coming back takes a new activation secret.
        passwordHash: null,
        activationExpiresAt: new Date(),
        activationHash: null,
        activationMakers: null,
        ...statusStamp(row, actor.name)
      });
    }
    const old = row.deletedAt === null ? row.status : 'deactivated';
    return {
      answer: { deleted },
      events: [
        {
          action: hard ? 'administrator.deleted' : 'administrator.deactivated',
          target: personTarget(row),
          outcome: 'success',
          change: [
            { path: 'status', old, new: hard ? 'deleted' : 'deactivated' },
            { path: 'roleId', old: row.roleId, new: hard ? null : row.roleId },
            { path: 'sessionsEnded', old: null, new: ended.length },
            ...(keys.length === 0 ? [] : [{ path: 'keysRevoked', old: null, new: keys.length }]),
            ...steward.change
          ]
        }
      ],
      affects: [`person:${row.id}`, `members:${row.roleId}`, ...steward.affects],
      authority: [`person:${row.id}`, ...steward.authority],
      notices: hard ? [] : [{ to: row, kind: 'deactivated', data: { by: actor.name } }]
    };
  }
});
