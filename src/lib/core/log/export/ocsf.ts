import type { AuditAction } from '../actions';
import { inertJson } from '../inert-text';
import { actorName, type LoggedEntry } from '../logged-entry';

// Entries as events of the Open Cybersecurity Schema Framework, which security tools take in without being taught.

export const OCSF_VERSION = '1.8.0';

const AUTHENTICATION = 3002;
const ACCOUNT_CHANGE = 3001;
const ENTITY_MANAGEMENT = 3004;
const USER_ACCESS = 3005;
const API_ACTIVITY = 6003;
type ClassUid =
  | typeof AUTHENTICATION
  | typeof ACCOUNT_CHANGE
  | typeof ENTITY_MANAGEMENT
  | typeof USER_ACCESS
  | typeof API_ACTIVITY;

const CLASS_NAMES: Record<ClassUid, string> = {
  [AUTHENTICATION]: 'Authentication',
  [ACCOUNT_CHANGE]: 'Account Change',
  [ENTITY_MANAGEMENT]: 'Entity Management',
  [USER_ACCESS]: 'User Access Management',
  [API_ACTIVITY]: 'API Activity'
};
const CATEGORY_NAMES: Record<number, string> = {
  3: 'Identity & Access Management',
  6: 'Application Activity'
};

/** What the schema has no name for; `activity_name` then says it. */
const OTHER = 99;

/** The class of an action's event, and which activity of that class it is. */
const MEANINGS: Record<AuditAction, readonly [ClassUid, number]> = {
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

const ACTIVITY_NAMES: Record<ClassUid, Record<number, string>> = {
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

const SUCCESS = { status_id: 1, status: 'Success', severity_id: 1, severity: 'Informational' };
const OUTCOMES = {
  success: SUCCESS,
  denied: { status_id: 2, status: 'Failure', severity_id: 3, severity: 'Medium' },
  error: { status_id: 2, status: 'Failure', severity_id: 4, severity: 'High' }
} as const;

const PRODUCT = { name: 'Rolecall', vendor_name: 'Rolecall' };

/** An entry as one line. */
export function ocsfEntry(entry: LoggedEntry): string {
  return `${inertJson(ocsfEvent(entry))}\n`;
}

/**
 * The last line: the export itself, as an event. A file without it broke off. `note` is the checkpoint up to which the log was
 * exported.
 */
export function ocsfEnd(end: {
  entries: number;
  at: Date;
  by: { id: string; name: string };
  note: string;
}): string {
  const event = {
    ...classOf(API_ACTIVITY, 2, 'log.export'),
    ...SUCCESS,
    time: end.at.getTime(),
    message: `Exported ${end.entries} entries of the log`,
    count: 1,
    metadata: { version: OCSF_VERSION, product: PRODUCT, event_code: 'log.export', log_name: 'rolecall' },
    actor: { user: { uid: end.by.id, name: end.by.name, type_id: 2, type: 'Admin' } },
    api: { operation: 'log.export' },
    src_endpoint: { name: 'unknown' },
    unmapped: { end: end.entries, checkpoint: end.note }
  };
  return `${inertJson(event)}\n`;
}

export function ocsfEvent(entry: LoggedEntry): Record<string, unknown> {
  const { body, facts, seq } = entry;
  const [classUid, activity] = (MEANINGS as Partial<typeof MEANINGS>)[body.action as AuditAction] ?? [
    API_ACTIVITY,
    OTHER
  ];
  return {
    ...classOf(classUid, activity, body.action),
    ...OUTCOMES[body.outcome],
    time: Date.parse(body.at),
    message: `${actorName(entry)}: ${[entry.summary, entry.detail].filter(Boolean).join(', ')}`,
    ...(body.reason === undefined ? {} : { status_code: body.reason, status_detail: body.reason }),
    metadata: {
      version: OCSF_VERSION,
      product: PRODUCT,
      uid: body.id,
      sequence: seq,
      event_code: body.action,
      log_name: 'rolecall',
      original_time: body.at,
      ...(body.req === undefined ? {} : { correlation_uid: body.req })
    },
    actor: actorObject(entry),
    ...(facts.userAgent === null ? {} : { http_request: { user_agent: facts.userAgent } }),
    ...(facts.ip === null ? {} : { src_endpoint: { ip: facts.ip } }),
    ...ofClass(classUid, entry),
    unmapped: {
      target: body.target,
      change: body.change,
      ...(body.on_behalf_of === undefined ? {} : { on_behalf_of: body.on_behalf_of }),
      ...(body.op === undefined ? {} : { op: body.op }),
      ...(body.claimed_at === undefined ? {} : { claimed_at: body.claimed_at })
    }
  };
}

function classOf(classUid: ClassUid, activity: number, action: string): Record<string, unknown> {
  const category = Math.floor(classUid / 1000);
  const activityName = ACTIVITY_NAMES[classUid][activity] ?? action;
  return {
    category_uid: category,
    category_name: CATEGORY_NAMES[category],
    class_uid: classUid,
    class_name: CLASS_NAMES[classUid],
    activity_id: activity,
    activity_name: activityName,
    type_uid: classUid * 100 + activity,
    type_name: `${CLASS_NAMES[classUid]}: ${activity === OTHER ? 'Other' : activityName}`
  };
}

/** What its class asks of an event besides what all have. */
function ofClass(classUid: ClassUid, entry: LoggedEntry): Record<string, unknown> {
  const { body, facts } = entry;
  switch (classUid) {
    case AUTHENTICATION:
      return {
        user: subject(entry),
        service: { name: 'Rolecall' },
        is_remote: body.actor.via === 'web',
        is_mfa: body.actor.aal === 2,
        ...(body.actor.sid ? { session: { uid: body.actor.sid } } : {})
      };
    case ACCOUNT_CHANGE:
      return { user: subject(entry) };
    case USER_ACCESS: {
      const role = body.change.find(({ path }) => path === 'roleId')?.new;
      return { user: subject(entry), privileges: [typeof role === 'string' ? role : 'owner'] };
    }
    case ENTITY_MANAGEMENT: {
      const { type, id, name } = body.target;
      return { entity: { uid: id, name: name ?? id, type } };
    }
    case API_ACTIVITY: {
      const procedure = body.change.find(({ path }) => path === 'procedure')?.new;
      return {
        api: {
          operation: typeof procedure === 'string' ? procedure : body.action,
          ...(body.req === undefined ? {} : { request: { uid: body.req } })
        },
        src_endpoint: facts.ip === null ? { name: 'unknown' } : { ip: facts.ip }
      };
    }
  }
}

/** What the schema calls whoever acts. */
const USER_TYPES = {
  administrator: [2, 'Admin'],
  user: [1, 'User'],
  application: [4, 'Service'],
  system: [3, 'System']
} as const;

function actorObject({ body }: LoggedEntry): Record<string, unknown> {
  const { type, id, name, sid } = body.actor;
  if (type === 'anonymous') return { app_name: 'Rolecall', ...(sid ? { session: { uid: sid } } : {}) };
  const [typeId, typeName] = USER_TYPES[type];
  return {
    app_name: 'Rolecall',
    user: {
      ...(id === null ? {} : { uid: id }),
      name: name ?? 'Rolecall',
      type_id: typeId,
      type: typeName
    },
    ...(sid ? { session: { uid: sid } } : {})
  };
}

/** Whom it is about: the target where that is a person, else whoever did it. */
function subject(entry: LoggedEntry): Record<string, unknown> {
  const { body, facts } = entry;
  const { target, actor } = body;
  const isPerson = ['administrator', 'user', 'account'].includes(target.type);
  const who = isPerson ? target : actor;
  const email = facts.email === null ? {} : { email_addr: facts.email };
  return {
    uid: who.id ?? 'unknown',
    name: who.name ?? facts.email ?? 'unknown',
    ...(target.type === 'user' ? { type_id: 1, type: 'User' } : { type_id: 2, type: 'Admin' }),
    ...email
  };
}
