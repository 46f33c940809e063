import type { AuditAction } from '../actions';

// The classes of the Open Cybersecurity Schema Framework that entries are told in, and the class of each action.

export const AUTHENTICATION = 3002;
export const ACCOUNT_CHANGE = 3001;
export const ENTITY_MANAGEMENT = 3004;
export const USER_ACCESS = 3005;
export const API_ACTIVITY = 6003;
export type ClassUid =
  | typeof AUTHENTICATION
  | typeof ACCOUNT_CHANGE
  | typeof ENTITY_MANAGEMENT
  | typeof USER_ACCESS
  | typeof API_ACTIVITY;

export const CLASS_NAMES: Record<ClassUid, string> = {
  [AUTHENTICATION]: 'Authentication',
  [ACCOUNT_CHANGE]: 'Account Change',
  [ENTITY_MANAGEMENT]: 'Entity Management',
  [USER_ACCESS]: 'User Access Management',
  [API_ACTIVITY]: 'API Activity'
};
export const CATEGORY_NAMES: Record<number, string> = {
  3: 'Identity & Access Management',
  6: 'Application Activity'
};

/** Activity that the schema has no name for; `activity_name` then says it. */
export const OTHER = 99;

/** The class of an action's event, and which activity of that class it is. */
export const MEANINGS: Record<AuditAction, readonly [ClassUid, number]> = {
  'setup.owner': [ACCOUNT_CHANGE, 1],
  'setup.denied': [API_ACTIVITY, OTHER],
  'auth.sign_in': [AUTHENTICATION, 1],
  'auth.sign_in_failed': [AUTHENTICATION, 1],
  'auth.tries_refused': [AUTHENTICATION, 1],
  'auth.sign_out': [AUTHENTICATION, 2],
  'auth.password_accepted': [AUTHENTICATION, 6],
  'auth.second_factor_failed': [AUTHENTICATION, 1],
  'auth.reauthenticated': [AUTHENTICATION, OTHER],
  'auth.reauthentication_failed': [AUTHENTICATION, OTHER],
  'auth.password_changed': [ACCOUNT_CHANGE, 3],
  'auth.two_factor_begun': [ACCOUNT_CHANGE, OTHER],
  'auth.two_factor_enabled': [ACCOUNT_CHANGE, 10],
  'auth.two_factor_disabled': [ACCOUNT_CHANGE, 11],
  'auth.recovery_codes_made': [ACCOUNT_CHANGE, OTHER],
  'auth.invitation_accepted': [ACCOUNT_CHANGE, 2],
  'auth.invitation_refused': [AUTHENTICATION, OTHER],
  'auth.allowlist_changed': [ACCOUNT_CHANGE, OTHER],
  'session.expired': [AUTHENTICATION, 2],
  'session.revoked': [AUTHENTICATION, 2],
  'database.migrated': [ENTITY_MANAGEMENT, 3],
  'catalogue.changed': [ENTITY_MANAGEMENT, 3],
  'role.seeded': [ENTITY_MANAGEMENT, 1],
  'role.created': [ENTITY_MANAGEMENT, 1],
  'role.edited': [ENTITY_MANAGEMENT, 3],
  'role.deleted': [ENTITY_MANAGEMENT, 4],
  'administrator.created': [ACCOUNT_CHANGE, 1],
  'administrator.role_changed': [USER_ACCESS, 1],
  'administrator.edited': [ACCOUNT_CHANGE, OTHER],
  'administrator.suspended': [ACCOUNT_CHANGE, 5],
  'administrator.reactivated': [ACCOUNT_CHANGE, 2],
  'administrator.deactivated': [ACCOUNT_CHANGE, 5],
  'administrator.deleted': [ACCOUNT_CHANGE, 6],
  'administrator.invited': [ACCOUNT_CHANGE, 4],
  'administrator.password_reset': [ACCOUNT_CHANGE, 4],
  'administrator.two_factor_required': [ACCOUNT_CHANGE, OTHER],
  'administrator.two_factor_reset': [ACCOUNT_CHANGE, 11],
  'administrator.sessions_revoked': [AUTHENTICATION, 2],
  'administrator.unlocked': [ACCOUNT_CHANGE, 12],
  'administrator.sending_name_added': [ACCOUNT_CHANGE, OTHER],
  'administrator.sending_name_removed': [ACCOUNT_CHANGE, OTHER],
  'administrator.rescued': [ACCOUNT_CHANGE, OTHER],
  'role.sessions_revoked': [ENTITY_MANAGEMENT, OTHER],
  'application.created': [ENTITY_MANAGEMENT, 1],
  'application.edited': [ENTITY_MANAGEMENT, 3],
  'application.suspended': [ENTITY_MANAGEMENT, OTHER],
  'application.reactivated': [ENTITY_MANAGEMENT, OTHER],
  'application.deleted': [ENTITY_MANAGEMENT, 4],
  'api_key.created': [ENTITY_MANAGEMENT, 1],
  'api_key.rotated': [ENTITY_MANAGEMENT, 3],
  'api_key.extended': [ENTITY_MANAGEMENT, 3],
  'api_key.revoked': [ENTITY_MANAGEMENT, 4],
  'package.created': [ENTITY_MANAGEMENT, 1],
  'package.updated': [ENTITY_MANAGEMENT, 3],
  'package.deleted': [ENTITY_MANAGEMENT, 4],
  'user.created': [ACCOUNT_CHANGE, 1],
  'user.updated': [ACCOUNT_CHANGE, OTHER],
  'user.suspended': [ACCOUNT_CHANGE, 5],
  'user.reactivated': [ACCOUNT_CHANGE, 2],
  'user.closing': [ACCOUNT_CHANGE, 5],
  'user.closed': [ACCOUNT_CHANGE, 6],
  'user.deleted': [ACCOUNT_CHANGE, 6],
  'user.sending_name_added': [ACCOUNT_CHANGE, OTHER],
  'user.sending_name_removed': [ACCOUNT_CHANGE, OTHER],
  'user.invited': [ACCOUNT_CHANGE, 4],
  'user.password_reset': [ACCOUNT_CHANGE, 4],
  'user.two_factor_required': [ACCOUNT_CHANGE, OTHER],
  'user.two_factor_reset': [ACCOUNT_CHANGE, 11],
  'user.sessions_revoked': [AUTHENTICATION, 2],
  'user.unlocked': [ACCOUNT_CHANGE, 12],
  'user.signed_in_as': [AUTHENTICATION, 1],
  'user.sign_in_as_ended': [AUTHENTICATION, 2],
  'route.created': [ENTITY_MANAGEMENT, 1],
  'route.edited': [ENTITY_MANAGEMENT, 3],
  'route.moved': [ENTITY_MANAGEMENT, 3],
  'route.deleted': [ENTITY_MANAGEMENT, 4],
  'caps.paused': [ENTITY_MANAGEMENT, OTHER],
  'caps.resumed': [ENTITY_MANAGEMENT, OTHER],
  'caps.raised': [ENTITY_MANAGEMENT, 3],
  'caps.raise_ended': [ENTITY_MANAGEMENT, 3],
  'caps.counter_reset': [ENTITY_MANAGEMENT, 3],
  'caps.threshold_reached': [ENTITY_MANAGEMENT, OTHER],
  'ownership.offered': [USER_ACCESS, OTHER],
  'ownership.withdrawn': [USER_ACCESS, OTHER],
  'ownership.declined': [USER_ACCESS, OTHER],
  'ownership.expired': [USER_ACCESS, OTHER],
  'ownership.transferred': [USER_ACCESS, 1],
  'handover.sent': [ENTITY_MANAGEMENT, OTHER],
  'handover.applied': [ENTITY_MANAGEMENT, OTHER],
  'handover.declined': [ENTITY_MANAGEMENT, OTHER],
  'handover.withdrawn': [ENTITY_MANAGEMENT, OTHER],
  'settings.changed': [ENTITY_MANAGEMENT, 3],
  'settings.mail_tested': [API_ACTIVITY, OTHER],
  'settings.webhook_changed': [ENTITY_MANAGEMENT, 3],
  'settings.webhook_secret_rotated': [ENTITY_MANAGEMENT, 3],
  'settings.webhook_tested': [API_ACTIVITY, OTHER],
  'settings.webhook_given_up': [API_ACTIVITY, OTHER],
  'key.adopted': [ENTITY_MANAGEMENT, 1],
  'key.rotated': [ENTITY_MANAGEMENT, 3],
  'access.denied': [API_ACTIVITY, OTHER],
  'access.denied_again': [API_ACTIVITY, OTHER],
  'log.viewed': [API_ACTIVITY, 2],
  'log.export_begun': [API_ACTIVITY, 2],
  'log.export_ended': [API_ACTIVITY, 2],
  'list.export_begun': [API_ACTIVITY, 2],
  'list.export_ended': [API_ACTIVITY, 2],
  'audit.heartbeat': [ENTITY_MANAGEMENT, OTHER],
  'audit.key.adopt': [ENTITY_MANAGEMENT, 1],
  'audit.key.rotate': [ENTITY_MANAGEMENT, 3],
  'audit.prune': [ENTITY_MANAGEMENT, 4],
  'audit.erase': [ENTITY_MANAGEMENT, 4],
  'audit.inconsistent': [ENTITY_MANAGEMENT, OTHER],
  'audit.restored': [ENTITY_MANAGEMENT, 3]
};

export const ACTIVITY_NAMES: Record<ClassUid, Record<number, string>> = {
  [AUTHENTICATION]: { 1: 'Logon', 2: 'Logoff', 6: 'Preauth' },
  [ACCOUNT_CHANGE]: {
    1: 'Create',
    2: 'Enable',
    3: 'Password Change',
    4: 'Password Reset',
    5: 'Disable',
    6: 'Delete',
    10: 'MFA Factor Enable',
    11: 'MFA Factor Disable',
    12: 'Unlock'
  },
  [ENTITY_MANAGEMENT]: { 1: 'Create', 3: 'Update', 4: 'Delete' },
  [USER_ACCESS]: { 1: 'Assign Privileges' },
  [API_ACTIVITY]: { 2: 'Read' }
};
