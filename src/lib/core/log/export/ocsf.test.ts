import { describe, expect, test } from 'vitest';
import { AUDIT_ACTIONS } from '../actions';
import type { LoggedEntry } from '../logged-entry';
import { ocsfEnd, ocsfEvent, OCSF_VERSION } from './ocsf';

// What OCSF 1.8.0 says of the classes used, transcribed from its schema: required attributes, known activities, and
// of which alternatives one must be there. Optional profiles (cloud, osint, host) are not claimed.

const EVERY = [
  'activity_id',
  'category_uid',
  'class_uid',
  'metadata',
  'severity_id',
  'time',
  'type_uid'
] as const;
const upTo = (last: number) => [0, 99, ...Array.from({ length: last }, (_, n) => n + 1)];
const CLASSES: Record<
  number,
  { name: string; category: number; activities: number[]; required: string[]; oneOf?: string[] }
> = {
  3001: { name: 'Account Change', category: 3, activities: upTo(12), required: ['user'] },
  3002: {
    name: 'Authentication',
    category: 3,
    activities: upTo(7),
    required: ['user'],
    oneOf: ['service', 'dst_endpoint']
  },
  3004: { name: 'Entity Management', category: 3, activities: upTo(13), required: ['entity'] },
  3005: {
    name: 'User Access Management',
    category: 3,
    activities: upTo(2),
    required: ['privileges', 'user']
  },
  6003: { name: 'API Activity', category: 6, activities: upTo(4), required: ['actor', 'api', 'src_endpoint'] }
};
/** Fields that an object must have, or at least one of. */
const OBJECTS: Record<string, { required?: string[]; oneOf?: string[] }> = {
  metadata: { required: ['product', 'version'] },
  user: { oneOf: ['account', 'name', 'uid'] },
  actor: { oneOf: ['process', 'user', 'invoked_by', 'session', 'app_name', 'app_uid'] },
  entity: { oneOf: ['name', 'uid', 'device', 'group', 'org', 'policy', 'user'] },
  api: { required: ['operation'] },
  src_endpoint: { oneOf: ['ip', 'uid', 'name', 'hostname', 'svc_name', 'instance_uid', 'domain'] }
};
const SEVERITIES = [0, 1, 2, 3, 4, 5, 6, 99];
const STATUSES = [0, 1, 2, 99];
const USER_TYPES = [0, 1, 2, 3, 4, 99];

type Event = Record<string, unknown>;

/** Faults that the schema finds in an event. */
function faults(event: Event): string[] {
  const found: string[] = [];
  const demand = (ok: boolean, fault: string) => void (ok || found.push(fault));
  const known = CLASSES[event['class_uid'] as number];
  if (!known) return [`class ${String(event['class_uid'])}`];
  for (const name of [...EVERY, ...known.required]) demand(event[name] !== undefined, `${name} is missing`);
  if (known.oneOf)
    demand(
      known.oneOf.some((name) => event[name] !== undefined),
      'one of many is missing'
    );
  demand(event['category_uid'] === known.category, 'category');
  demand(event['class_name'] === known.name, 'class name');
  demand(known.activities.includes(event['activity_id'] as number), 'activity');
  demand(event['type_uid'] === Number(event['class_uid']) * 100 + Number(event['activity_id']), 'type');
  demand(SEVERITIES.includes(event['severity_id'] as number), 'severity');
  demand(STATUSES.includes(event['status_id'] as number), 'status');
  demand(Number.isSafeInteger(event['time']), 'time');
  demand((event['metadata'] as Event)['version'] === '1.8.0', 'version');
  for (const [name, rule] of Object.entries(OBJECTS)) {
    const object = event[name] as Event | undefined;
    if (object === undefined) continue;
    for (const each of rule.required ?? []) demand(object[each] !== undefined, `${name}.${each} is missing`);
    if (rule.oneOf)
      demand(
        rule.oneOf.some((each) => object[each] !== undefined),
        `${name} is empty`
      );
  }
  for (const user of [event['user'], (event['actor'] as Event | undefined)?.['user']])
    if (user !== undefined) demand(USER_TYPES.includes((user as Event)['type_id'] as number), 'user type');
  return found;
}

const entry = (action: string, more: Partial<LoggedEntry['body']> = {}): LoggedEntry => ({
  seq: 7,
  body: {
    id: '0190c0de-0000-7000-8000-000000000001',
    at: '2026-11-22T05:00:01.000000Z',
    action,
    outcome: 'success',
    actor: { type: 'administrator', id: 'p1', name: 'Maya Lindqvist', sid: 's1', aal: 2, via: 'web' },
    target: { type: 'administrator', id: 'p2', name: 'Omar Haddad' },
    change: [{ path: 'roleId', old: 'support', new: 'admin' }],
    req: 'r1',
    ...more
  },
  facts: { ip: '192.0.2.7', peer: null, userAgent: 'Firefox', email: null },
  summary: 'Did it',
  detail: ''
});
const ERASED = { ip: null, peer: null, userAgent: null, email: null };

describe(`[LOG-5] OCSF ${OCSF_VERSION}`, () => {
  test('[TEN-6] the actor is the member of staff, and in whose place it was stands beside it', () => {
    const user = { type: 'user' as const, id: 'u1', name: 'Orchard & Vine' };
    const event = ocsfEvent(entry('access.denied', { on_behalf_of: user }));
    expect(event).toMatchObject({ actor: { user: { uid: 'p1' } }, unmapped: { on_behalf_of: user } });
    expect(faults(event)).toEqual([]);
    expect(ocsfEvent(entry('access.denied'))['unmapped']).not.toHaveProperty('on_behalf_of');
  });

  test.each([...Object.keys(AUDIT_ACTIONS), 'from.a.later.version'])(
    '%s is an event of its class',
    (action) => {
      for (const outcome of ['success', 'denied', 'error'] as const) {
        expect(faults(ocsfEvent(entry(action, { outcome })))).toEqual([]);
        const nobody = { type: 'anonymous', id: null, name: null } as const;
        const target = { type: 'account', id: 'unknown', name: null };
        const bare = { ...entry(action, { outcome, actor: nobody, target, change: [] }), facts: ERASED };
        expect(faults(ocsfEvent(bare))).toEqual([]);
      }
    }
  );

  test('what is done to a client is about a user of the platform, not about an administrator', () => {
    const target = { type: 'user', id: 'u1', name: 'Orchard' };
    expect(ocsfEvent(entry('user.suspended', { target }))).toMatchObject({
      user: { uid: 'u1', name: 'Orchard', type_id: 1, type: 'User' },
      actor: { user: { uid: 'p1', type_id: 2 } }
    });
  });

  test('an event says who, whom, when, from where and how it ended', () => {
    expect(ocsfEvent(entry('administrator.role_changed'))).toMatchObject({
      class_uid: 3005,
      type_uid: 300501,
      type_name: 'User Access Management: Assign Privileges',
      status: 'Success',
      time: 1795323601000,
      message: 'Maya Lindqvist: Did it',
      user: { uid: 'p2', name: 'Omar Haddad' },
      privileges: ['admin'],
      actor: { user: { uid: 'p1', name: 'Maya Lindqvist' }, session: { uid: 's1' } },
      src_endpoint: { ip: '192.0.2.7' },
      metadata: {
        uid: '0190c0de-0000-7000-8000-000000000001',
        sequence: 7,
        event_code: 'administrator.role_changed'
      },
      unmapped: { change: [{ path: 'roleId', old: 'support', new: 'admin' }] }
    });
    expect(
      ocsfEvent(entry('auth.sign_in_failed', { outcome: 'denied', reason: 'wrong-password' }))
    ).toMatchObject({
      class_uid: 3002,
      type_uid: 300201,
      status_id: 2,
      status_code: 'wrong-password'
    });
  });

  test('the last line is the event of the export itself', () => {
    const line = ocsfEnd({ entries: 3, at: new Date(1000), by: { id: 'p1', name: 'Maya' }, note: 'note\n' });
    const event = JSON.parse(line) as Event;
    expect(faults(event)).toEqual([]);
    expect(event).toMatchObject({ type_uid: 600302, unmapped: { end: 3, checkpoint: 'note\n' } });
  });
});
