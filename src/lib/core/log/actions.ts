/**
 * The inventory of events: every action that the product records, and which of the two views shows it (LOG-2).
 * A test compares it with what the product emits.
 */
export const AUDIT_ACTIONS = {
  'setup.owner': 'activity',
  'setup.denied': 'authentication',
  'auth.sign_in': 'authentication',
  'auth.sign_in_failed': 'authentication',
  'auth.tries_refused': 'authentication',
  'auth.sign_out': 'authentication',
  'auth.password_accepted': 'authentication',
  'auth.second_factor_failed': 'authentication',
  'auth.reauthenticated': 'authentication',
  'auth.reauthentication_failed': 'authentication',
  'auth.password_changed': 'authentication',
  'auth.two_factor_begun': 'authentication',
  'auth.two_factor_enabled': 'authentication',
  'auth.two_factor_disabled': 'authentication',
  'auth.recovery_codes_made': 'authentication',
  'auth.invitation_accepted': 'authentication',
  'auth.invitation_refused': 'authentication',
  'auth.allowlist_changed': 'authentication',
  'session.expired': 'authentication',
  'session.revoked': 'authentication',
  'catalogue.changed': 'activity',
  'role.seeded': 'activity',
  'role.created': 'activity',
  'role.edited': 'activity',
  'role.deleted': 'activity',
  'administrator.created': 'activity',
  'administrator.role_changed': 'activity',
  'administrator.edited': 'activity',
  'administrator.suspended': 'activity',
  'administrator.reactivated': 'activity',
  'administrator.deactivated': 'activity',
  'administrator.deleted': 'activity',
  'administrator.password_reset': 'activity',
  'administrator.two_factor_required': 'activity',
  'administrator.two_factor_reset': 'activity',
  'administrator.sessions_revoked': 'activity',
  'administrator.unlocked': 'activity',
  'administrator.sending_name_added': 'activity',
  'administrator.sending_name_removed': 'activity',
  'administrator.rescued': 'activity',
  'role.sessions_revoked': 'activity',
  'application.created': 'activity',
  'application.edited': 'activity',
  'application.suspended': 'activity',
  'application.reactivated': 'activity',
  'application.deleted': 'activity',
  'api_key.created': 'activity',
  'api_key.rotated': 'activity',
  'api_key.revoked': 'activity',
  'route.created': 'activity',
  'route.edited': 'activity',
  'route.moved': 'activity',
  'route.deleted': 'activity',
  'caps.paused': 'activity',
  'caps.resumed': 'activity',
  'caps.raised': 'activity',
  'caps.raise_ended': 'activity',
  'caps.counter_reset': 'activity',
  'caps.threshold_reached': 'activity',
  'ownership.offered': 'activity',
  'ownership.withdrawn': 'activity',
  'ownership.declined': 'activity',
  'ownership.expired': 'activity',
  'ownership.transferred': 'activity',
  'handover.sent': 'activity',
  'handover.applied': 'activity',
  'handover.declined': 'activity',
  'handover.withdrawn': 'activity',
  'settings.changed': 'activity',
  'settings.mail_tested': 'activity',
  'database.migrated': 'activity',
  'key.adopted': 'activity',
  'key.rotated': 'activity',
  'access.denied': 'activity',
  'access.denied_again': 'activity',
  'log.export_begun': 'activity',
  'log.export_ended': 'activity',
  'log.viewed': 'activity',
  'audit.heartbeat': 'activity',
  'audit.key.adopt': 'activity',
  'audit.key.rotate': 'activity',
  'audit.prune': 'activity',
  'audit.erase': 'activity',
  'audit.inconsistent': 'activity',
  'audit.restored': 'activity'
} as const;

export type AuditAction = keyof typeof AUDIT_ACTIONS;
export type AuditView = 'authentication' | 'activity';

/** The actions a view shows. */
export function actionsOfView(view: AuditView): AuditAction[] {
  return (Object.keys(AUDIT_ACTIONS) as AuditAction[]).filter((action) => AUDIT_ACTIONS[action] === view);
}

/** Of no interest to readers who did not ask for it: that the log goes on, and that somebody looked at it. */
export function isQuiet(action: string): boolean {
  return action === 'audit.heartbeat' || action === 'log.viewed';
}
