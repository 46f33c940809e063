import { expect, test } from 'vitest';
import { makeToken, parseToken } from '../../auth/token';
import type { CallerSession } from './caller';
import { SessionMemory } from './session-memory';

const person = { personId: 'p', kind: 'administrator', step: 'ready', roleId: 'support' } as const;

function remembered(session: Partial<CallerSession> = {}) {
  const memory = new SessionMemory();
  const { token, sid, secretHash } = makeToken();
  memory.remember(secretHash, { ...person, sid, ...session });
  return { memory, token, sid, secretHash };
}

test('a session is recalled by its whole cookie, as a claim that nothing has confirmed', () => {
  const { memory, token, sid, secretHash } = remembered();
  expect(memory.recall(token)).toMatchObject({ ...person, sid, claim: { admitted: null } });
  expect(Buffer.from(memory.recall(token)!.claim!.secretHash)).toEqual(Buffer.from(secretHash));
  expect(memory.recall(makeToken(sid).token)).toBeNull();
  expect(memory.recall(makeToken().token)).toBeNull();
  for (const cookie of [undefined, '', sid, `${sid}.`]) expect(memory.recall(cookie)).toBeNull();
});

test.each<[string, Partial<CallerSession>]>([
  ['a user', { kind: 'user' }],
  ['somebody with a step left', { step: 'totp' }],
  ['a visit', { visit: { by: { id: 'q', name: 'Q' }, aal: 1, parentSid: 's' } }]
])('%s is looked up each time, also when they were remembered before', (_, session) => {
  expect(remembered(session).memory.recall(remembered().token)).toBeNull();
  const { memory, token, sid, secretHash } = remembered();
  memory.remember(secretHash, { ...person, sid, ...session });
  expect(memory.recall(token)).toBeNull();
});

test('what no lock found is forgotten, and counts for nothing', () => {
  const { memory, token } = remembered();
  expect(memory.stood(memory.recall(token)!)).toBe(false);
  expect(memory.recall(token)).toBeNull();
});

test('what a lock found stays, with the role it has now', () => {
  const { memory, token } = remembered();
  const session = memory.recall(token)!;
  session.claim!.admitted = { roleId: 'admin' };
  expect(memory.stood(session)).toBe(true);
  expect(memory.recall(token)).toMatchObject({ roleId: 'admin', claim: { admitted: null } });
});

test('a session that was looked up needs no lock to stand', () => {
  expect(new SessionMemory().stood({ ...person, sid: 's' })).toBe(true);
});

test('it holds so many and no more: the one seen longest ago goes first', () => {
  const { memory, token } = remembered();
  const again = makeToken();
  memory.remember(again.secretHash, { ...person, sid: again.sid });
  for (let n = 0; n < 9_998; n++) memory.remember(new Uint8Array(32), { ...person, sid: String(n) });
  expect(memory.recall(token)).not.toBeNull();
  memory.remember(parseToken(token)!.secret, { ...person, sid: 'one more' });
  expect(memory.recall(token)).toBeNull();
  expect(memory.recall(again.token)).not.toBeNull();
});
