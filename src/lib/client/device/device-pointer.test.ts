import { expect, test } from 'vitest';
import { FORGET_AFTER_MS, isForgotten, readPointer } from './device-pointer';

test('[P-01] a device forgets after seven days without contact, not before', () => {
  const pointer = { personId: 'maya', isUser: false, contact: 1_000 };
  expect(isForgotten(pointer, 1_000 + FORGET_AFTER_MS)).toBe(false);
  expect(isForgotten(pointer, 1_001 + FORGET_AFTER_MS)).toBe(true);
  expect(isForgotten(pointer, 0)).toBe(false);
});

test('where storage is blocked, nobody was here', () => expect(readPointer()).toBeNull());
