import { DrizzleQueryError } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { describeError } from './logger';

test('[L-05] a failed statement is logged without what it carried, wherever it hides', () => {
  const cause = Object.assign(new Error('duplicate key value'), {
    code: '23505',
    detail: 'Key=(canary@x.example)'
  });
  const failed = new DrizzleQueryError('insert into t values ($1)', ['canary\nhash: x'], cause);
  const wrapped = new Error('the database does not answer', { cause: failed });
  const told = JSON.stringify([describeError(failed), describeError(wrapped)]);
  expect(told).not.toContain('canary');
  expect(told).toContain('insert into t values ($1)');
  expect(told).toContain('23505');
  expect(told).toContain('logger.test.ts');
});

test('what is not an error is named by its kind alone', () => {
  expect(describeError('canary')).toBe('string');
});
