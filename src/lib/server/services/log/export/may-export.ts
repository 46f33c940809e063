import { requirePermission } from '../../../../core/access';
import type { AuditView } from '../../../../core/audit/actions';
import type { Refusal } from '../../../../core/refusal';
import type { LogFilter } from '../../../db/log-table';
import type { ActingPerson } from '../../authority';
import { mayNotRead } from '../../read-log';

const PERMISSIONS: Record<AuditView, string> = {
  authentication: 'tools.authentication_log.export',
  activity: 'tools.activity_log.export'
};
const VIEWS: readonly AuditView[] = ['authentication', 'activity'];

/** What somebody lacks to export a view of the log, without a view both of them; null when nothing. Seeing it is part of it. */
export function mayNotExport(actor: ActingPerson, view: AuditView | undefined): Refusal | null {
  for (const each of view ? [view] : VIEWS) {
    const missing = requirePermission(actor, PERMISSIONS[each]);
    if (missing) return missing;
  }
  return mayNotRead(actor, view);
}

/** True when all of the log is asked for. */
export function isWholeLog(asked: LogFilter): boolean {
  return Object.values(asked).every((each) => each === undefined);
}
