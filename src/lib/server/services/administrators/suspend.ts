import { requirePermission } from '../../../core/access/access';
import { changedSince } from '../../../core/editing/changed-since';
import { updateAdministrator } from '../../db/tables/administrators-table';
import { answeredFor, stewardIs } from '../applications/steward';
import { endSessions } from '../credentials/end-sessions';
import { definePersonCommand } from '../write-path/define-command';
import { emailTaken } from '../write-path/email-taken';
import { namesLostTo } from '../write-path/own-logins';
import { personTarget } from '../write-path/person-action';
import { statusStamp } from '../write-path/status-stamp';

/** Suspends somebody: their sessions end at once, nothing of them is lost. A second time changes nothing. */
export const suspendAdministrator = definePersonCommand('administrators.suspend', {
  applications: answeredFor,
  async act({ tx, actor }, row) {
    if (row.status === 'suspended') return { answer: { seq: row.seq }, events: [], affects: [] };
    const stamp = statusStamp(row, actor.name);
    await updateAdministrator(tx, row.id, { status: 'suspended', ...stamp });
    const ended = await endSessions(tx, row.id);
    const steward = await stewardIs(tx, row.id, 'gone');
    return {
      answer: { seq: stamp.seq },
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
      affects: [`person:${row.id}`, ...steward.affects],
      authority: [`person:${row.id}`, ...steward.authority],
      notices: [{ to: row, kind: 'suspended', data: { by: actor.name } }]
    };
  }
});

/**
 * Lets somebody suspended or deactivated in again. Their role must be one that the actor may give (ACC-1). What
 * barred them since its author looked is not undone (LIV-6).
 */
export const reactivateAdministrator = definePersonCommand('administrators.reactivate', {
  applications: answeredFor,
  includesDeactivated: true,
  async act(context, row, { seen }) {
    const { tx, actor, roles } = context;
    if (row.status === 'active' && row.deletedAt === null)
      return { answer: { seq: row.seq }, events: [], affects: [] };
    if (!roles.has(row.roleId)) return { refused: { code: 'not-found', what: 'role' } };
    if (row.deletedAt !== null) {
      // Coming back is being added again.
      const missing = requirePermission(actor, 'people.administrators.add');
      if (missing) return { refused: missing };
      const taken = await emailTaken(tx, actor, row.email, row.id);
      if (taken) return { refused: taken };
    }
    const old = row.deletedAt === null ? 'suspended' : 'deactivated';
    const change = row.fieldSeq['status'];
    const conflict = changedSince('status', { change, seen, yours: 'active', theirs: old });
    if (conflict) return { refused: conflict };
    const lost =
      row.deletedAt === null ? [] : await namesLostTo(tx, row.emailKey, { ...row, login: row.email });
    const stamp = statusStamp(row, actor.name);
    await updateAdministrator(tx, row.id, {
      status: 'active',
      deletedAt: null,
      reactivatedAt: new Date(),
      ...stamp
    });
    const steward = await stewardIs(tx, row.id, 'back');
    return {
      answer: { seq: stamp.seq },
      events: [
        {
          action: 'administrator.reactivated',
          target: personTarget(row),
          outcome: 'success',
          change: [{ path: 'status', old, new: 'active' }, ...steward.change]
        },
        ...lost
      ],
      affects: [`person:${row.id}`, `members:${row.roleId}`, ...steward.affects],
      authority: [`person:${row.id}`, ...steward.authority],
      notices: [{ to: row, kind: 'reactivated', data: { by: actor.name } }]
    };
  }
});
