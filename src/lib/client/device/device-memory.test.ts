import { expect, test } from 'vitest';
import type { FeedEntry } from '$lib/documents/cells';
import { withoutAddress, withoutTraces } from './device-memory';
import type { Me } from '../api/who-am-i';

const ENTRY: FeedEntry = {
  id: 7,
  at: '2026-11-25T07:00:00.000Z',
  actor: { id: 'maya', name: 'Maya Lindqvist' },
  action: 'auth.sign_in',
  target: { type: 'session', id: 'sid-of-a-session', name: null },
  outcome: 'success',
  ip: '203.0.113.7',
  summary: 'Signed in',
  detail: 'Password and code, Firefox on macOS'
};

test('[P-01] an entry of the log is remembered without address and device', () => {
  expect(JSON.stringify(withoutAddress(ENTRY))).not.toMatch(/203\.0|Firefox|sid-of-a-session/);
  expect(withoutAddress(ENTRY)).toMatchObject({
    id: 7,
    summary: 'Signed in',
    actor: { name: 'Maya Lindqvist' }
  });
});

test('[P-01] what a stranger typed at the sign-in is not remembered', () => {
  const stranger = { ...ENTRY, actor: { id: null, name: 'somebody@elsewhere.example' } };
  expect(JSON.stringify(withoutAddress(stranger))).not.toContain('elsewhere');
});

test('[P-01] what the server says of a person is remembered without where they were seen from', () => {
  const me = {
    id: 'maya',
    name: 'Maya Lindqvist',
    ip: '203.0.113.7',
    ipAllowlist: ['203.0.113.0/24'],
    notices: [{ id: 'n', kind: 'new-device', data: { ip: '203.0.113.7' }, at: '' }],
    provedUntil: '2026-11-25T07:10:00.000Z',
    permissions: ['people.roles.view']
  } as unknown as Me;
  expect(JSON.stringify(withoutTraces(me))).not.toMatch(/203\.0|2026/);
  expect(withoutTraces(me)).toMatchObject({ name: 'Maya Lindqvist', permissions: ['people.roles.view'] });
});
