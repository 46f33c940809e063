import { expect, test } from 'vitest';
import { MOST_USER_KEYS, noRoomForKey, roomForKey } from './user-keys';

test('[TEN-2] a user has as many working keys as its count says, and never more than any user', () => {
  expect([0, 1, 2, 3].map((working) => roomForKey(2, working))).toEqual([true, true, false, false]);
  expect(roomForKey(0, 0)).toBe(false);
  for (const limit of ['unlimited', MOST_USER_KEYS + 1] as const)
    expect([MOST_USER_KEYS - 1, MOST_USER_KEYS].map((working) => roomForKey(limit, working))).toEqual([
      true,
      false
    ]);
});

test('the refusal names the limit and whose it is', () => {
  expect(noRoomForKey(0, 'package')).toBe('Your package allows no API keys.');
  expect(noRoomForKey(1, 'package')).toBe(
    'Your package allows 1 API key that works at the same time. Revoke one first.'
  );
  expect(noRoomForKey(3, 'user')).toBe(
    'Your account allows 3 API keys that work at the same time. Revoke one first.'
  );
  expect(noRoomForKey('unlimited', 'package')).toContain(`Your account allows ${MOST_USER_KEYS} API keys`);
});
