import { expect, test } from 'vitest';
import { tooManyMoved } from './moved-at-once';

test('[TEN-2] more than can be moved in one step are refused with what to do', () => {
  expect(tooManyMoved(10_000, 'users', 'replaceWith')).toBeNull();
  expect(tooManyMoved(10_001, 'users', 'replaceWith')).toEqual({
    ...{ code: 'input/invalid', field: 'replaceWith' },
    message: 'Move some of the 10,001 users first: at most 10,000 can be moved at once.'
  });
});
