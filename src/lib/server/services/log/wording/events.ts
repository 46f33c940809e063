import type { AuditAction } from '../../../../core/log/actions';
import { ACCOUNT_EVENTS } from './account-events';
import { APPLICATION_EVENTS } from './application-events';
import { CAP_EVENTS } from './cap-events';
import { ROLE_EVENTS } from './role-events';
import { SIGN_IN_EVENTS } from './sign-in-events';
import { SYSTEM_EVENTS } from './system-events';
import { TENANT_EVENTS } from './tenant-events';
import type { Wording } from './wording';

/** Every event of the log in words. */
export const EVENTS: Record<AuditAction, Wording> = {
  ...SIGN_IN_EVENTS,
  ...ACCOUNT_EVENTS,
  ...APPLICATION_EVENTS,
  ...CAP_EVENTS,
  ...ROLE_EVENTS,
  ...SYSTEM_EVENTS,
  ...TENANT_EVENTS
};

/** The words of an action; null of one that a later version of the program wrote. */
export function wordingOf(action: string): Wording | null {
  return Object.hasOwn(EVENTS, action) ? EVENTS[action as AuditAction] : null;
}
