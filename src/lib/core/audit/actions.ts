/**
 * The inventory of events: every action that the product records, and which of the two views shows it (LOG-2).
 * A test compares it with what the product emits.
 */
export const AUDIT_ACTIONS = {
  'setup.owner': 'activity',
  'setup.denied': 'authentication',
  'auth.sign_in': 'authentication',
  'auth.sign_in_failed': 'authentication',
  'auth.sign_out': 'authentication',
  'session.expired': 'authentication',
  'session.revoked': 'authentication',
  'catalogue.changed': 'activity',
  'role.seeded': 'activity',
  'role.created': 'activity',
  'role.edited': 'activity',
  'role.deleted': 'activity',
  'administrator.created': 'activity',
  'administrator.role_changed': 'activity',
  'access.denied': 'activity'
} as const;

export type AuditAction = keyof typeof AUDIT_ACTIONS;
export type AuditView = 'authentication' | 'activity';

/** The actions a view shows. */
export function actionsOfView(view: AuditView): AuditAction[] {
  return (Object.keys(AUDIT_ACTIONS) as AuditAction[]).filter((action) => AUDIT_ACTIONS[action] === view);
}
