import { AUDIT_ACTIONS, type AuditAction, type AuditView } from '$lib/core/log/actions';

/** What filters call the activities. */
const WORDS: Record<AuditAction, string> = {
  'setup.owner': 'Set up Rolecall',
  'setup.denied': 'Setup refused',
  'auth.sign_in': 'Signed in',
  'auth.sign_in_failed': 'Sign-in failed',
  'auth.tries_refused': 'Many sign-ins refused',
  'auth.sign_out': 'Signed out',
  'auth.password_accepted': 'Password accepted',
  'auth.second_factor_failed': 'Wrong code',
  'auth.reauthenticated': 'Proved the password',
  'auth.reauthentication_failed': 'Proof failed',
  'auth.password_changed': 'Changed password',
  'auth.two_factor_begun': 'Began two-factor set-up',
  'auth.two_factor_enabled': 'Turned on two-factor sign-in',
  'auth.two_factor_disabled': 'Turned off two-factor sign-in',
  'auth.recovery_codes_made': 'Made new recovery codes',
  'auth.invitation_accepted': 'Accepted an invitation',
  'auth.invitation_refused': 'Invitation refused',
  'auth.allowlist_changed': 'Changed allowed addresses',
  'session.expired': 'Session expired',
  'session.revoked': 'Session ended',
  'database.migrated': 'Database migrated',
  'catalogue.changed': 'New catalogue',
  'role.seeded': 'Role shipped',
  'role.created': 'Created role',
  'role.edited': 'Edited role',
  'role.deleted': 'Deleted role',
  'role.sessions_revoked': 'Ended all sessions of a role',
  'administrator.created': 'Created account',
  'administrator.role_changed': 'Changed somebody’s role',
  'administrator.edited': 'Edited account',
  'administrator.suspended': 'Suspended',
  'administrator.reactivated': 'Reactivated',
  'administrator.deactivated': 'Deactivated',
  'administrator.deleted': 'Deleted account',
  'administrator.password_reset': 'Reset password',
  'administrator.two_factor_required': 'Required two factors',
  'administrator.two_factor_reset': 'Reset two-factor sign-in',
  'administrator.sessions_revoked': 'Ended sessions',
  'administrator.unlocked': 'Unlocked account',
  'administrator.rescued': 'Rescue on the server',
  'ownership.offered': 'Offered the ownership',
  'ownership.withdrawn': 'Withdrew the offer',
  'ownership.declined': 'Declined the ownership',
  'ownership.expired': 'Offer of ownership expired',
  'ownership.transferred': 'Became the owner',
  'handover.sent': 'Handed a change on',
  'handover.applied': 'Applied a hand-over',
  'handover.declined': 'Declined a hand-over',
  'handover.withdrawn': 'Took a hand-over back',
  'settings.changed': 'Changed settings',
  'settings.mail_tested': 'Tested mail',
  'key.adopted': 'Encryption key adopted',
  'key.rotated': 'Encryption key rotated',
  'access.denied': 'Denied',
  'log.viewed': 'Looked at the log',
  'log.export_begun': 'Began an export of the log',
  'log.export_ended': 'Export of the log ended',
  'audit.heartbeat': 'The log goes on',
  'audit.key.adopt': 'Log signed from here on',
  'audit.key.rotate': 'Another key signs the log',
  'audit.prune': 'Old entries deleted',
  'audit.erase': 'Personal data erased',
  'audit.inconsistent': 'Log does not match',
  'audit.restored': 'Restored from a backup'
};

export function actionWords(action: string): string {
  return Object.hasOwn(WORDS, action) ? WORDS[action as AuditAction] : action;
}

/** What a view can be limited to, by its words. */
export function actionChoices(view: AuditView): { value: AuditAction; label: string }[] {
  return (Object.keys(WORDS) as AuditAction[])
    .filter((action) => AUDIT_ACTIONS[action] === view)
    .map((value) => ({ value, label: WORDS[value] }))
    .sort((a, b) => a.label.localeCompare(b.label));
}
