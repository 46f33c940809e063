import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { EVERY_USER } from '../src/lib/server/db/driver/notify';
import { tellNews, tellUsers } from './news';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

type Pages = Parameters<typeof tellUsers>[0];

/** Open pages, and how many of them were told. */
function pages(kind: 'user' | 'administrator', count: number, document: string) {
  const sendIfRead = vi.fn();
  const all = Array.from({ length: count }, (_, n) => ({
    ...{ document, sendIfRead },
    holder: { kind, personId: `${kind} ${n}`, sid: `sid ${n}`, packageId: 'p', roleId: 'r', visit: null }
  }));
  return { all: all as unknown as Pages, told: () => sendIfRead.mock.calls.length };
}

test('[TEN-5] what is news for all users is told to some after others: no thousands of pages ask in the same moment', () => {
  const users = pages('user', 120, 'own');
  const staff = pages('administrator', 3, 'settings');
  tellNews([...users.all, ...staff.all], EVERY_USER);
  expect(users.told()).toBe(50);
  vi.advanceTimersByTime(249);
  expect(users.told()).toBe(50);
  vi.advanceTimersByTime(1);
  expect(users.told()).toBe(100);
  vi.advanceTimersByTime(10_000);
  expect([users.told(), staff.told()]).toEqual([120, 0]);
});

test('one person is told at once, on the document that each page of theirs has open once', () => {
  const [own, roles] = [pages('administrator', 1, 'settings'), pages('administrator', 1, 'roles')];
  tellNews([...own.all, ...roles.all], 'administrator 0');
  expect([own.told(), roles.told()]).toEqual([1, 0]);
});

test.each(['package:p', 'role:r'] as const)(
  '[TEN-5] users of one package or role, each with a page, are told some after others: %s',
  (subject) => {
    const users = pages('user', 120, 'own');
    tellUsers(users.all, new Set([subject]));
    expect(users.told()).toBe(50);
    vi.advanceTimersByTime(10_000);
    expect(users.told()).toBe(120);
  }
);

test('users of another package, and all of whom nothing is named, are not told', () => {
  const users = pages('user', 3, 'own');
  tellUsers(users.all, new Set(['package:other', 'all']));
  vi.advanceTimersByTime(10_000);
  expect(users.told()).toBe(0);
});
