import { expect, test } from 'vitest';
import { cacheOf, isOlder, keptVersions } from './versions';

test('[P-05] versions are told apart by the time of their build', () => {
  expect(isOlder('1790000000000', '1790000000001')).toBe(true);
  expect(isOlder('1790000000001', '1790000000000')).toBe(false);
  expect(isOlder('1790000000000', '1790000000000')).toBe(false);
  expect(isOlder('999', '1000')).toBe(true);
});

test('caches of anything else are none of the app’s versions', () => {
  expect(keptVersions([cacheOf('2'), 'other', 'rolecall', cacheOf('10')])).toEqual(['2', '10']);
});
