import type { AuditAction } from '../actions';
import { inertJson } from '../inert-text';
import { actorName, type LoggedEntry } from '../logged-entry';
import {
  ACCOUNT_CHANGE,
  ACTIVITY_NAMES,
  API_ACTIVITY,
  AUTHENTICATION,
  CATEGORY_NAMES,
  CLASS_NAMES,
  ENTITY_MANAGEMENT,
  MEANINGS,
  OTHER,
  USER_ACCESS,
  type ClassUid
} from './ocsf-classes';

// Entries as events of the Open Cybersecurity Schema Framework, which security tools take in without being taught.

export const OCSF_VERSION = '1.8.0';

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
 * The last line: the export itself, as an event. A file without it broke off. `note` is the checkpoint up to which
 * the log was exported.
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

/** Fields that its class asks of an event besides those that all have. */
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

/** Types that the schema has for whoever acts. */
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

/** Person whom it is about: the target where that is a person, else whoever did it. */
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
