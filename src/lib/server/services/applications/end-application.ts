import type { CommandName } from '../../../core/commands';
import type { AuditAction } from '../../../core/log/actions';
import { revokeKeysOf } from '../../db/tables/api-keys-table';
import { updateApplication, type ApplicationRow } from '../../db/tables/applications-table';
import { defineCommand } from '../write-path/define-command';
import type { Decision, Outcome } from '../write-path/mutation';
import { applicationTarget, touchedApplication } from './application-action';

export type ApplicationStatusAnswer = { seq: number };

/** Suspends an application: its keys open nothing from this moment on, and are none the worse for it. */
export const suspendApplication = toStatus('applications.suspend', 'suspended', 'application.suspended');

/** Lets an application act again. Its role must be one that whoever does this may give: they dominate it (ACC-2). */
export const reactivateApplication = toStatus('applications.reactivate', 'active', 'application.reactivated');

/** Deletes an application and revokes its keys. Its name stays in the log, its id is never given again. */
export const deleteApplication = defineCommand('applications.delete', {
  applications: (_tx, { id }) => Promise.resolve([id]),
  target: ({ id }) => ({ type: 'application', id }),
  async decide(context, { id }): Promise<Outcome<ApplicationStatusAnswer>> {
    const touched = await touchedApplication(context, id);
    if ('refused' in touched) return touched;
    const { row } = touched;
    const revoked = await revokeKeysOf(context.tx, { applicationId: id }, 'deleted');
    return changed(context, row, { deletedAt: new Date() }, 'application.deleted', [
      { path: 'keysRevoked', old: null, new: revoked.length }
    ]);
  }
});

function toStatus<N extends Extract<CommandName, 'applications.suspend' | 'applications.reactivate'>>(
  name: N,
  status: ApplicationRow['status'],
  action: AuditAction
) {
  return defineCommand(name, {
    applications: (_tx, { id }) => Promise.resolve([id]),
    target: ({ id }) => ({ type: 'application', id }),
    async decide(context, { id }): Promise<Outcome<ApplicationStatusAnswer>> {
      const touched = await touchedApplication(context, id);
      if ('refused' in touched) return touched;
      const { row } = touched;
      if (row.status === status) return { answer: { seq: row.seq }, events: [], affects: [] };
      return changed(context, row, { status }, action, [{ path: 'status', old: row.status, new: status }]);
    }
  });
}

async function changed(
  { tx }: Decision,
  row: ApplicationRow,
  change: Partial<ApplicationRow>,
  action: AuditAction,
  logged: { path: string; old: string | null; new: string | number }[]
): Promise<Outcome<ApplicationStatusAnswer>> {
  const seq = row.seq + 1;
  await updateApplication(tx, row.id, { ...change, seq });
  return {
    answer: { seq },
    events: [{ action, target: applicationTarget(row), outcome: 'success', change: logged }],
    affects: [`application:${row.id}`],
    authority: [`application:${row.id}`]
  };
}
