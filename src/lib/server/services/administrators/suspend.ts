import { requirePermission } from '../../../core/access/access';
import { updateAdministrator } from '../../db/tables/administrators-table';
import { answeredFor, stewardIs } from '../applications/steward';
import { endSessions } from '../credentials/end-sessions';
import { definePersonCommand } from '../write-path/define-command';
import { emailTaken } from '../write-path/email-taken';
import { namesLostTo } from '../write-path/own-logins';
import { personTarget } from '../write-path/person-action';

export type StatusAnswer = { seq: number };

/** Suspends somebody: their sessions end at once, nothing of them is lost. A second time changes nothing. */
export const suspendAdministrator = definePersonCommand('administrators.suspend', {
  applications: answeredFor,
  async act({ tx, actor }, row) {
    if (row.status === 'suspended') return { answer: { seq: row.seq }, events: [], touches: [] };
    const seq = row.seq + 1;
    await updateAdministrator(tx, row.id, { status: 'suspended', seq });
    const ended = await endSessions(tx, row.id);
    const steward = await stewardIs(tx, row.id, 'gone');
    return {
      answer: { seq },
      events: [
        {
          action: 'administrator.suspended',
          target: personTarget(row),
          outcome: 'success',
          change: [
            { path: 'status', old: 'active', new: 'suspended' },
            { path: 'sessionsEnded', old: null, new: ended.length },
            ...steward.change
          ]
        }
      ],
      touches: [`person:${row.id}`, ...steward.touches],
      authority: [`person:${row.id}`, ...steward.authority],
      notices: [{ to: row, kind: 'suspended', data: { by: actor.name } }]
    };
  }
});

/** Lets somebody suspended or deactivated in again. Their role must be one that the actor may give (ACC-1). */
export const reactivateAdministrator = definePersonCommand('administrators.reactivate', {
  applications: answeredFor,
  includesDeactivated: true,
  async act(context, row) {
    const { tx, actor, roles } = context;
    if (row.status === 'active' && row.deletedAt === null)
      return { answer: { seq: row.seq }, events: [], touches: [] };
    if (!roles.has(row.roleId)) return { refused: { code: 'not-found', what: 'role' } };
    if (row.deletedAt !== null) {
      // Coming back is being added again.
      const missing = requirePermission(actor, 'people.administrators.add');
      if (missing) return { refused: missing };
      const taken = await emailTaken(tx, actor, row.email, row.id);
      if (taken) return { refused: taken };
    }
    const lost =
      row.deletedAt === null ? [] : await namesLostTo(tx, row.emailKey, { ...row, login: row.email });
    const seq = row.seq + 1;
    await updateAdministrator(tx, row.id, {
      status: 'active',
      deletedAt: null,
      reactivatedAt: new Date(),
      seq
    });
    const old = row.deletedAt === null ? 'suspended' : 'deactivated';
    const steward = await stewardIs(tx, row.id, 'back');
    return {
      answer: { seq },
      events: [
        {
          action: 'administrator.reactivated',
          target: personTarget(row),
          outcome: 'success',
          change: [{ path: 'status', old, new: 'active' }, ...steward.change]
        },
        ...lost
      ],
      touches: [`person:${row.id}`, `members:${row.roleId}`, ...steward.touches],
      authority: [`person:${row.id}`, ...steward.authority],
      notices: [{ to: row, kind: 'reactivated', data: { by: actor.name } }]
    };
  }
});
