import { AUDIT_ACTIONS, type AuditAction, type AuditView } from '../log/actions';

/**
 * The label of every action of the log: in filters, and as the activity of an entry unless its outcome says otherwise
 * (services/log/wording). No two are the same.
 */
export const ACTION_LABELS: Record<AuditAction, string> = {
  'setup.owner': 'Set up Rolecall',
  'setup.denied': 'Setup refused',
  'auth.sign_in': 'Signed in',
  'auth.sign_in_failed': 'Sign-in failed',
  'auth.tries_refused': 'Many sign-ins refused',
  'auth.sign_out': 'Signed out',
  'auth.password_accepted': 'Password accepted',
  'auth.second_factor_failed': 'Wrong code',
  'auth.reauthenticated': 'Confirmed password',
  'auth.reauthentication_failed': 'Confirmation failed',
  'auth.password_changed': 'Changed password',
  'auth.two_factor_begun': 'Started two-factor setup',
  'auth.two_factor_enabled': 'Turned on two-factor sign-in',
  'auth.two_factor_disabled': 'Turned off two-factor sign-in',
  'auth.recovery_codes_made': 'Created recovery codes',
  'auth.invitation_accepted': 'Accepted invitation',
  'auth.invitation_refused': 'Invitation refused',
  'auth.allowlist_changed': 'Changed own allowed addresses',
  'session.expired': 'Session expired',
  'session.revoked': 'Session ended',
  'database.migrated': 'Database updated',
  'catalogue.changed': 'Permission catalogue updated',
  'role.seeded': 'Built-in role added',
  'role.created': 'Created role',
  'role.edited': 'Edited role',
  'role.deleted': 'Deleted role',
  'role.sessions_revoked': 'Ended all sessions of a role',
  'package.updated': 'Changed package',
  'administrator.created': 'Created account',
  'administrator.role_changed': 'Assigned role',
  'administrator.edited': 'Edited account',
  'administrator.suspended': 'Suspended account',
  'administrator.reactivated': 'Reactivated account',
  'administrator.deactivated': 'Deactivated account',
  'administrator.deleted': 'Deleted account',
  'administrator.password_reset': 'Reset password',
  'administrator.two_factor_required': 'Required two-factor sign-in',
  'administrator.two_factor_reset': 'Reset two-factor sign-in',
  'administrator.sessions_revoked': 'Ended sessions',
  'administrator.unlocked': 'Unlocked account',
  'administrator.sending_name_added': 'Added sending name',
  'administrator.sending_name_removed': 'Removed sending name',
  'administrator.rescued': 'Rescued account on the server',
  'application.created': 'Created application',
  'application.edited': 'Edited application',
  'application.suspended': 'Suspended application',
  'application.reactivated': 'Reactivated application',
  'application.deleted': 'Deleted application',
  'api_key.created': 'Created API key',
  'api_key.rotated': 'Rotated API key',
  'api_key.revoked': 'Revoked API key',
  'route.created': 'Added route',
  'route.edited': 'Edited route',
  'route.moved': 'Moved route',
  'route.deleted': 'Deleted route',
  'caps.paused': 'Paused sending',
  'caps.resumed': 'Resumed sending',
  'caps.raised': 'Raised cap for a while',
  'caps.raise_ended': 'Ended raise of cap',
  'caps.counter_reset': 'Reset counter',
  'caps.threshold_reached': 'Cap nearly used up',
  'ownership.offered': 'Offered ownership',
  'ownership.withdrawn': 'Withdrew ownership offer',
  'ownership.declined': 'Declined ownership',
  'ownership.expired': 'Ownership offer expired',
  'ownership.transferred': 'Became the owner',
  'handover.sent': 'Sent a change to someone',
  'handover.applied': 'Applied a change sent to them',
  'handover.declined': 'Declined a change sent to them',
  'handover.withdrawn': 'Withdrew a change they sent',
  'settings.changed': 'Changed settings',
  'settings.mail_tested': 'Tested mail server',
  'settings.webhook_changed': 'Changed webhook',
  'settings.webhook_secret_rotated': 'Rotated webhook secret',
  'settings.webhook_tested': 'Tested webhook',
  'settings.webhook_given_up': 'Alert not delivered to webhook',
  'key.adopted': 'Encryption key adopted',
  'key.rotated': 'Encryption key rotated',
  'access.denied': 'Access denied',
  'access.denied_again': 'Access denied again',
  'log.viewed': 'Viewed the log',
  'log.export_begun': 'Started log export',
  'log.export_ended': 'Log export ended',
  'audit.heartbeat': 'Log heartbeat',
  'audit.key.adopt': 'Log signing started',
  'audit.key.rotate': 'Log signing key changed',
  'audit.prune': 'Old entries deleted',
  'audit.erase': 'Personal data erased from the log',
  'audit.inconsistent': 'Log inconsistency found',
  'audit.restored': 'Restored from a backup'
};

/** The label of an action; one of a later version of the program by its id. */
export function actionLabel(action: string): string {
  return Object.hasOwn(ACTION_LABELS, action) ? ACTION_LABELS[action as AuditAction] : action;
}

/** The actions a view can be limited to, by their labels. */
export function actionChoices(view: AuditView): { value: AuditAction; label: string }[] {
  return (Object.keys(ACTION_LABELS) as AuditAction[])
    .filter((action) => AUDIT_ACTIONS[action] === view)
    .map((value) => ({ value, label: ACTION_LABELS[value] }))
    .sort((a, b) => a.label.localeCompare(b.label));
}
