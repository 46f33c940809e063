import { expect, test } from 'vitest';
import { keptWords } from './saving-words';

const KEPT = { awaitingPassword: [], loaded: true, volatile: false, waiting: false };

test('[LIV-4] nothing is said to be on the device that is in the page alone, or may be', () => {
  expect(keptWords(KEPT)).toBe('Saved on this device, sending');
  const alone = 'Kept only while this page is open';
  expect(keptWords({ ...KEPT, volatile: true })).toBe(alone);
  expect(keptWords({ ...KEPT, loaded: false })).toBe(alone);
  expect(keptWords({ ...KEPT, volatile: true, waiting: true })).toBe(alone);
});
