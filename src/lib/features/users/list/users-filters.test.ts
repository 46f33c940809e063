import { expect, test } from 'vitest';
import { DEFAULT_SORT } from './users-query';
import { usersFilters } from './users-filters';

const QUERY = { search: '', packageId: null, status: null, near: false, sort: DEFAULT_SORT };
const labels = (near: number | 'unknown' | null) =>
  usersFilters(QUERY, [], near)
    .find(({ key }) => key === 'near')
    ?.options.map(({ label }) => label);

test('[TEN-8] how many are near a limit is said once it is known', () => {
  expect(labels(2)).toEqual(['Any usage', 'Near a limit (2)']);
  expect(labels(0)).toEqual(['Any usage', 'Near a limit (0)']);
  expect(labels('unknown')).toEqual(['Any usage', 'Near a limit']);
  expect(labels(null)).toBeUndefined();
});
