import { expect, test, vi } from 'vitest';
import { perSession } from './per-session';
import type { Session } from './session.svelte';

test('each session has its own, made once and when it is first asked for', () => {
  const [one, other] = [{}, {}] as [Session, Session];
  const make = vi.fn((session: Session) => ({ session }));
  const of = perSession(make);
  expect(make).not.toHaveBeenCalled();
  const first = of(one);
  expect(of(one)).toBe(first);
  expect(of(other).session).toBe(other);
  expect(make).toHaveBeenCalledTimes(2);
});

test('also what is nothing is made once', () => {
  const make = vi.fn(() => null);
  const of = perSession(make);
  const session = {} as Session;
  expect([of(session), of(session)]).toEqual([null, null]);
  expect(make).toHaveBeenCalledTimes(1);
});
