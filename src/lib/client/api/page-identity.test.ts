import { describe, expect, test } from 'vitest';
import type { ActingAs } from '$lib/protocol/acting-as';
import { transportOver } from '../outbox/transport';
import { PageIdentity } from './page-identity';

const ANA: ActingAs = { personId: '00000001-0000-4000-a000-000000000001', sid: 'first' };
const ANEW: ActingAs = { ...ANA, sid: 'second' };
const BEA: ActingAs = { personId: '00000002-0000-4000-a000-000000000002', sid: 'hers' };

/** A browser whose cookie is somebody's, the page that was opened in it, and what left that page. */
function browserOf(cookie: ActingAs | null) {
  const jar = { cookie };
  const sent: (string | undefined)[] = [];
  let asked = 0;
  let elsewhere = 0;
  const identity = new PageIdentity(async () => {
    asked++;
    return jar.cookie;
  });
  identity.onElsewhere(() => elsewhere++);
  const send = transportOver(async (_url, { headers }) => {
    const as = (headers as Record<string, string>)['rolecall-as'];
    sent.push(as);
    const isHere = as === `${jar.cookie?.personId}.${jar.cookie?.sid}`;
    const error = { data: { refusal: { code: 'auth/other-session' } } };
    return { status: isHere ? 200 : 403, json: async () => (isHere ? { result: { data: 1 } } : { error }) };
  }, identity.handsOf(ANA.personId));
  const edit = () => send({ procedure: 'roles.edit', input: { op: '1' } } as Parameters<typeof send>[0]);
  return { jar, sent, identity, edit, asked: () => asked, elsewhere: () => elsewhere };
}

const NOT_THEIRS = { is: 'refused', refusal: { code: 'auth/other-session' } };

describe('[LIV-5] what waits', () => {
  test('what waits goes out in the session that its page was opened in', async () => {
    const { identity, edit, sent, asked } = browserOf(ANA);
    identity.become(ANA);
    expect(await edit()).toEqual({ is: 'answer', answer: 1 });
    expect(sent).toEqual([`${ANA.personId}.first`]);
    expect(asked()).toBe(0);
  });

  test('what waits goes on in the session that its author has by now, and stays in it', async () => {
    const { identity, edit, sent, jar, elsewhere } = browserOf(ANA);
    identity.become(ANA);
    jar.cookie = ANEW;
    expect(await edit()).toEqual({ is: 'answer', answer: 1 });
    await edit();
    expect(sent).toEqual(['first', 'second', 'second'].map((sid) => `${ANA.personId}.${sid}`));
    expect(elsewhere()).toBe(0);
  });

  test.each([[BEA], [null]])('what waits is not sent again in the session of %o', async (cookie) => {
    const { identity, edit, sent, jar, elsewhere } = browserOf(ANA);
    identity.become(ANA);
    jar.cookie = cookie;
    expect(await edit()).toEqual(NOT_THEIRS);
    expect(sent).toEqual([`${ANA.personId}.first`]);
    expect(elsewhere()).toBe(1);
  });

  test('what waits does not leave a page that was opened from the device while somebody else is here', async () => {
    const { identity, edit, sent, jar } = browserOf(BEA);
    identity.expect(ANA.personId);
    expect(await edit()).toEqual(NOT_THEIRS);
    expect(sent).toEqual([]);
    jar.cookie = ANA;
    expect(await edit()).toEqual({ is: 'answer', answer: 1 });
  });

  test('what waits does not leave in the hands of whom the page became', async () => {
    const { identity, edit, sent, asked } = browserOf(BEA);
    identity.become(ANA);
    identity.become(BEA);
    expect(await edit()).toEqual(NOT_THEIRS);
    identity.leave(ANA.personId);
    expect(await identity.hands()?.now()).toEqual(BEA);
    identity.leave();
    expect(identity.hands()).toBeNull();
    expect([sent, asked()]).toEqual([[], 0]);
  });

  test('what waits is lost, not refused, when nobody answers who is here', async () => {
    const identity = new PageIdentity(() => Promise.reject(new Error('no connection')));
    identity.expect(ANA.personId);
    const send = transportOver(
      () => Promise.reject(new Error('no connection')),
      identity.handsOf(ANA.personId)
    );
    expect(await send({ procedure: 'roles.edit', input: {} } as Parameters<typeof send>[0])).toEqual({
      is: 'lost'
    });
  });
});
