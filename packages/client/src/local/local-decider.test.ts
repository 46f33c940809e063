import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { createRolecall, type Rolecall } from '../entry.ts';

// [DEC-5] In process, the boolean is that of the decision, whatever is asked.

/** Far longer than anything here takes. */
const MAX_AGE_MS = 60_000;
const MERGE = 'lists.merge';
const someone = {
  ...{ kind: 'administrator', owner: false, status: 'active', suspendedUntil: null, activated: true },
  ...{ stewardGoneAt: null, endsAt: null, scope: 'platform', roleId: 'merging' }
};
const SNAPSHOT = {
  revision: 5,
  catalogue: {
    hash: 'a',
    permissions: [MERGE, 'lists.view', 'owner.only', 'send.now'],
    ownerOnly: ['owner.only'],
    sending: ['send.now']
  },
  // All but the second of them.
  roles: [{ id: 'merging', bits: Buffer.of(0b1101).toString('base64') }],
  principals: [
    { ...someone, id: 'ada', email: 'ada@x.example' },
    { ...someone, id: 'gone', email: null, status: 'closed' },
    { ...someone, id: 'sus', email: null, status: 'suspended' },
    { ...someone, id: 'ended', email: null, endsAt: 1 },
    { ...someone, id: 'paused', email: null, pause: { until: null } },
    { ...someone, id: 'owner', email: null, owner: true },
    { ...someone, id: 'bare', email: null, roleId: 'no-such-role' },
    { ...someone, kind: 'user', id: 'uma', email: 'uma@x.example', scope: 'own' }
  ]
};

const server = createServer((request, response) => {
  if (request.url === '/access/v1/snapshot') return void response.end(JSON.stringify(SNAPSHOT));
  response.write('event: alive\nid: 5\ndata: {"revision":5}\n\n');
}).listen(0, '127.0.0.1');
let rolecall: Rolecall;

beforeAll(async () => {
  if (!server.listening) await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  rolecall = createRolecall({ url, key: 'rck_live_x', mode: 'local', maxAge: MAX_AGE_MS });
});
afterEach(() => vi.restoreAllMocks());
afterAll(() => {
  rolecall.close();
  server.closeAllConnections();
  server.close();
});

const ill = '\ud800';
const SUBJECTS = [
  ...['sus', 'ended', 'paused', 'owner', 'bare'],
  ...[
    'ada',
    ' ADA@x.example',
    'gone',
    'nobody',
    'nobody@x.example',
    '',
    ill,
    `ada${ill}`,
    null,
    undefined,
    7,
    {}
  ],
  ...['ada', 'uma', 'UMA@x.example', ill, 7, null].map((id) => ({ type: 'user', id })),
  ...['administrator', 'identity', ill, 7, null].map((type) => ({ type, id: 'ada' }))
];
const PERMISSIONS = [
  'send.now',
  MERGE,
  'lists.view',
  'owner.only',
  'send.now',
  'no.such',
  '',
  ill,
  7,
  null,
  undefined,
  '__proto__'
];
const RESOURCES = [
  ...[undefined, null, {}, { id: '*' }, { id: ill }, { id: 7 }, { id: null }, 'text', 7],
  ...['uma', 'ada', ill, null].map((owner) => ({ id: '1', owner }))
];
const DEMANDS = [undefined, null, {}, { atLeast: 5 }, { atLeast: null }, { atLeast: -1 }];
const REASONS = [
  ...[
    'closed',
    'expired',
    'granted',
    'invalid-question',
    'not-granted',
    'owner-only',
    'paused',
    'scope',
    'suspended'
  ],
  ...['unknown-action', 'unknown-subject']
];

test('it says yes when the decision is yes, and no to what can’t be asked', async () => {
  expect(await rolecall.can('ada', MERGE)).toBe(true);
  const reasons = new Map<string, number>();
  for (const subject of SUBJECTS)
    for (const permission of PERMISSIONS)
      for (const resource of RESOURCES)
        for (const demand of DEMANDS) {
          const question = [subject, permission, resource, demand] as unknown as [string, string];
          const { decision, reason } = await rolecall.decide(...question);
          if ((await rolecall.can(...question)) !== decision)
            throw new Error(`${JSON.stringify(question)}: can says ${!decision}, decide ${reason}`);
          reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
        }
  expect([...reasons.keys()].sort()).toEqual(REASONS);
});

test('a yes is a no as soon as the copy is too old, asked as a boolean or not', async () => {
  expect(await rolecall.can('ada', MERGE)).toBe(true);
  const [now, wall] = [performance.now.bind(performance), Date.now];
  for (const clock of [performance, Date]) {
    const later = clock === Date ? wall : now;
    vi.spyOn(clock, 'now').mockImplementation(() => later() + MAX_AGE_MS + 500);
    // In the millisecond in which it was asked before, the steady clock is not asked again.
    for (const last = wall(); wall() === last;);
    expect(await rolecall.can('ada', MERGE)).toBe(false);
    expect(await rolecall.decide('ada', MERGE)).toMatchObject({ decision: false, reason: 'stale' });
    vi.restoreAllMocks();
    expect(await rolecall.can('ada', MERGE)).toBe(true);
  }
});

test('once it is closed it says no to all', async () => {
  expect(await rolecall.can('ada', MERGE)).toBe(true);
  rolecall.close();
  expect(await rolecall.can('ada', MERGE)).toBe(false);
  expect(await rolecall.decide('ada', MERGE)).toMatchObject({ reason: 'shut-down' });
});
