import type { Actor } from '../../../../core/access/access';
import { requirePermission } from '../../../../core/access/access';
import { AUDIT_ACTIONS, type AuditAction, type AuditView } from '../../../../core/log/actions';
import type { Refusal } from '../../../../core/access/refusal';
import type { LogFilter } from '../../../db/log/log-filter';

const GROUPS = {
  authentication: 'tools.authentication_log',
  activity: 'tools.activity_log'
} as const satisfies Record<AuditView, string>;
const VIEWS: readonly AuditView[] = ['authentication', 'activity'];

/**
 * Refusal that names the permission a person lacks to see a view of the log, without a view to see both; null when
 * none is lacking.
 */
export function mayNotRead(actor: Actor, view: AuditView | undefined): Refusal | null {
  return lacks(actor, view, 'view');
}

/** The same of exporting it; seeing it is part of that. */
export function mayNotExport(actor: Actor, view: AuditView | undefined): Refusal | null {
  return lacks(actor, view, 'export') ?? mayNotRead(actor, view);
}

function lacks(actor: Actor, view: AuditView | undefined, action: 'view' | 'export'): Refusal | null {
  for (const each of view ? [view] : VIEWS) {
    const missing = requirePermission(actor, `${GROUPS[each]}.${action}`);
    if (missing) return missing;
  }
  return null;
}

/** The view that shows an action; null of one that no view shows. */
export function viewOfAction(action: string): AuditView | null {
  return Object.hasOwn(AUDIT_ACTIONS, action) ? AUDIT_ACTIONS[action as AuditAction] : null;
}

/** An action is in one view: in the other one, nothing can fit. */
export function isNowhere({ view, action }: LogFilter): boolean {
  return view !== undefined && action !== undefined && viewOfAction(action) !== view;
}

/** True when all of the log is asked for. */
export function isWholeLog(asked: LogFilter): boolean {
  return Object.values(asked).every((each) => each === undefined);
}
