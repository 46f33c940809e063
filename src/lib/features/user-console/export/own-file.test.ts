import { expect, test, vi } from 'vitest';
import { ownFile } from './own-file';

const now = new Date('2026-11-30T12:00:00.000Z');
const me = {
  ...{
    id: 'u1',
    name: 'Orchard & Vine',
    email: 'mail@orchard.example',
    timeZone: 'UTC',
    permissions: ['a.b.c']
  },
  ...{ package: { id: 'p1', name: 'Growth' }, ipAllowlist: ['192.0.2.0/24'], twoFactor: { on: true } },
  status: { status: 'closing', closesAt: '2026-12-30T00:00:00.000Z' }
};
const entry = (id: string) => ({ id, at: now.toISOString(), sentence: ['renamed ', { b: 'itself' }] });

/** Answers of two pages for each part of the log. */
function fakeApi() {
  const log = vi.fn(({ cursor }: { cursor?: string; view?: string }) =>
    Promise.resolve(
      cursor === undefined ? { entries: [entry('2')], next: '2' } : { entries: [entry('1')], next: null }
    )
  );
  const usage = vi.fn(() =>
    Promise.resolve({
      caps: {},
      counts: {},
      usage: {},
      sendingNames: ['relay-7'],
      package: {},
      timeZone: 'UTC'
    })
  );
  const history = vi.fn(() => Promise.resolve([{ hour: now.toISOString(), units: 3, over: 0 }]));
  const sessions = vi.fn(() => Promise.resolve([{ sid: 's1' }]));
  return {
    api: {
      own: { log: { query: log }, usage: { query: usage }, history: { query: history } },
      me: { sessions: { query: sessions } },
      keys: { list: { query: () => Promise.resolve([{ id: 'k1' }]) } }
    } as unknown as Parameters<typeof ownFile>[0],
    asked: { log, usage, sessions }
  };
}
const as = (rights: readonly string[]) =>
  ({ me, can: (right: string) => rights.includes(right) }) as unknown as Parameters<typeof ownFile>[1];

test('[TEN-7] a user takes with it what is its own, with every entry of its log', async () => {
  const { api } = fakeApi();
  const rights = [
    ...['quotas.admin_quota.view_usage_own', 'people.self.own_sessions'],
    ...['tools.activity_log.view_own', 'tools.authentication_log.view_own']
  ];
  const text = await ownFile(api, as(rights), now);
  expect(JSON.parse(text)).toMatchObject({
    account: { name: 'Orchard & Vine', status: 'closing', allowedAddresses: ['192.0.2.0/24'] },
    sending: { sendingNames: ['relay-7'], hours: [{ units: 3 }] },
    sessions: [{ sid: 's1' }],
    keys: [{ id: 'k1' }],
    log: {
      authentication: [{ id: '2', text: 'renamed itself' }, { id: '1' }],
      activity: [{ id: '2' }, { id: '1' }]
    }
  });
});

test('[TEN-7] what its role does not show is neither asked for nor in the file', async () => {
  const { api, asked } = fakeApi();
  const file = JSON.parse(await ownFile(api, as(['tools.activity_log.view_own']), now)) as object;
  expect(Object.keys(file)).toEqual(['exportedAt', 'account', 'keys', 'log']);
  expect(file).toMatchObject({ log: { activity: [{ id: '2' }, { id: '1' }] } });
  expect([asked.usage.mock.calls, asked.sessions.mock.calls]).toEqual([[], []]);
  expect(asked.log.mock.calls.every(([{ view }]) => view === 'activity')).toBe(true);
});
