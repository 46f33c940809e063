import { createTRPCProxyClient, TRPCClientError, type TRPCLink } from '@trpc/client';
import { observable } from '@trpc/server/observable';
import { describe, expect, test, vi } from 'vitest';
import type { Refusal } from '$lib/core/access/refusal';
import type { AppRouter } from '$lib/server/api/trpc/router';
import { repeatAfterRotation, ROTATION_MS } from './cookie-rotation';
import { Reauthentication } from './reauthentication.svelte';
import { repeatingLink } from './repeating-link';

type Answer = { refusal: Refusal } | { data: unknown } | { fault: true };

const refusals = new WeakMap<object, Refusal>();

/** A client whose calls are answered by the test, one after the other; what was sent is kept. */
function clientWith(mayRepeat: Parameters<typeof repeatingLink>[0]['mayRepeat'], answers: Answer[]) {
  const sent: { path: string; input: unknown }[] = [];
  const server: TRPCLink<AppRouter> =
    () =>
    ({ op }) =>
      observable((observer) => {
        sent.push({ path: op.path, input: op.input });
        const answer = answers.shift() ?? { fault: true };
        if ('data' in answer) {
          observer.next({ result: { type: 'data', data: answer.data } });
          observer.complete();
          return;
        }
        const error = new TRPCClientError<AppRouter>('refused');
        if ('refusal' in answer) refusals.set(error, answer.refusal);
        observer.error(error);
      });
  const refusalOf = (error: unknown) => refusals.get(error as object) ?? null;
  const api = createTRPCProxyClient<AppRouter>({ links: [repeatingLink({ refusalOf, mayRepeat }), server] });
  return { api, sent };
}

const OLD: Answer = { refusal: { code: 'auth/reauthenticate' } };
const op = '8d2d6a3e-3f7c-4a3e-9a53-0c9be1a1b0aa';
const settled = () => new Promise((resolve) => setTimeout(resolve));

describe('[AUT-4] a call that is refused for an old proof', () => {
  test('a call that is refused for an old proof waits for the dialog, and is sent again as it was', async () => {
    const asking = new Reauthentication();
    asking.attach();
    const { api, sent } = clientWith(asking.mayRepeat, [OLD, { data: { ended: 1 } }]);
    const answer = api.me.revokeSessions.mutate({ op });
    await settled();
    expect(asking.asking).toBe(true);
    expect(sent).toHaveLength(1);
    asking.settle(true);
    expect(await answer).toEqual({ ended: 1 });
    expect(sent[1]).toEqual(sent[0]);
    expect(asking.asking).toBe(false);
  });

  test('given up: its caller gets the refusal, and nothing was sent again', async () => {
    const asking = new Reauthentication();
    asking.attach();
    const { api, sent } = clientWith(asking.mayRepeat, [OLD]);
    const answer = api.me.revokeSessions.mutate({ op }).catch((error: object) => refusals.get(error));
    await settled();
    asking.settle(false);
    expect(await answer).toEqual({ code: 'auth/reauthenticate' });
    expect(sent).toHaveLength(1);
  });

  test('several share one dialog; refused again, the second answer stands', async () => {
    const asking = new Reauthentication();
    asking.attach();
    const { api, sent } = clientWith(asking.mayRepeat, [OLD, OLD, { data: 'first' }, OLD]);
    const answers = [1, 2].map(() =>
      api.me.revokeSessions.mutate({ op }).then(
        (value) => value as unknown,
        (error: object) => refusals.get(error)
      )
    );
    await settled();
    asking.settle(true);
    expect(await Promise.all(answers)).toEqual(['first', { code: 'auth/reauthenticate' }]);
    expect(sent).toHaveLength(4);
    expect(asking.asking).toBe(false);
  });

  test('without a dialog on the page nothing waits for ever', async () => {
    const asking = new Reauthentication();
    const refused = { path: 'me.update', refusal: { code: 'auth/reauthenticate' }, sentAt: 1 } as const;
    expect(await asking.mayRepeat(refused)).toBe(false);
    const detach = asking.attach();
    const waiting = asking.mayRepeat(refused);
    detach();
    expect(await waiting).toBe(false);
  });

  test('what was on its way while the password was proved is sent again without asking', async () => {
    const asking = new Reauthentication();
    asking.attach();
    asking.settle(true);
    const refusal: Refusal = { code: 'auth/reauthenticate' };
    expect(await asking.mayRepeat({ path: 'me.update', refusal, sentAt: Date.now() - 1000 })).toBe(true);
    expect(asking.asking).toBe(false);
  });

  test.each([[{ code: 'access/self' }], [{ code: 'auth/locked' }]] as Refusal[][])(
    'another refusal goes straight to its caller: %j',
    async (refusal) => {
      const asking = new Reauthentication();
      asking.attach();
      const { api, sent } = clientWith(asking.mayRepeat, [{ refusal: refusal! }]);
      await expect(api.me.revokeSessions.mutate({ op })).rejects.toThrow();
      expect(sent).toHaveLength(1);
      expect(asking.asking).toBe(false);
    }
  );

  test('a fault is never sent again by itself', async () => {
    const asking = new Reauthentication();
    asking.attach();
    const { api, sent } = clientWith(asking.mayRepeat, [{ fault: true }, { data: 'too late' }]);
    await expect(api.me.revokeSessions.mutate({ op })).rejects.toThrow();
    expect(sent).toHaveLength(1);
  });
});

describe('[S-03] a call that was sent with the cookie of before', () => {
  test('a call that was sent with the cookie of before is sent again once; who is here is asked by whoever needs to know', async () => {
    vi.useFakeTimers();
    try {
      const signedOut: Refusal = { code: 'auth/signed-out' };
      const { api, sent } = clientWith(repeatAfterRotation, [{ refusal: signedOut }, { data: { ended: 0 } }]);
      const answer = api.me.revokeSessions.mutate({ op });
      await vi.advanceTimersByTimeAsync(ROTATION_MS);
      expect(await answer).toEqual({ ended: 0 });
      expect(sent[1]).toEqual(sent[0]);
      expect(await repeatAfterRotation({ path: 'me.get', refusal: signedOut, sentAt: 0 })).toBe(false);
    } finally {
      vi.useRealTimers();
    }
  });
});
