import { expect, test } from 'vitest';
import { ProgramLimits } from './program-limits';

test('a holder’s calls are counted together, others’ apart; what is refused says when to come back', () => {
  const limits = new ProgramLimits();
  for (let n = 59; n >= 0; n--)
    expect(limits.take('a', 60, 0)).toEqual({
      wait: null,
      headers: { 'ratelimit-policy': '"default";q=60;w=60', ratelimit: `"default";r=${n};t=60` }
    });
  expect(limits.take('a', 60, 1500)).toMatchObject({
    wait: 59,
    headers: { ratelimit: '"default";r=0;t=59' }
  });
  expect(limits.take('b', 60, 0).wait).toBeNull();
  expect(limits.take('a', 60, 59_999).wait).toBe(1);
  expect(limits.take('a', 60, 60_000).wait).toBeNull();
});

test('[APP-1] [APP-4] a minute has no more calls than the limit, however they come', () => {
  const limits = new ProgramLimits();
  const passed = Array.from({ length: 600 }, (_, n) => limits.take('a', 60, n * 100).wait === null);
  expect(passed.filter(Boolean)).toHaveLength(60);
});

test('another limit is in force with the next call, and gives back no call that was made', () => {
  const limits = new ProgramLimits();
  expect(limits.take('a', 1, 0).wait).toBeNull();
  expect(limits.take('a', 1, 0).wait).toBe(60);
  expect(limits.take('a', null, 0)).toMatchObject({
    wait: null,
    headers: { ratelimit: '"default";r=5998;t=60' }
  });
  expect(limits.take('a', 2, 0)).toMatchObject({ wait: 60, headers: { ratelimit: '"default";r=0;t=60' } });
});

test('whoever is counted by two limits in turn has no more than the larger of them, and those of both count for each', () => {
  const limits = new ProgramLimits();
  const passed = Array.from({ length: 100 }, (_, n) => n % 2 === 0 && limits.take('a', 4, 0).wait === null);
  expect(passed.filter(Boolean)).toHaveLength(4);
  const more = Array.from({ length: 100 }, (_, n) => limits.take('a', n % 2 === 0 ? 4 : 40, 0).wait === null);
  expect(more.filter(Boolean)).toHaveLength(36);
});
