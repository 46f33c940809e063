import { expect, test } from 'vitest';
import { ProgramLimits } from './program-limits';

test('a holder’s calls are counted together, others’ apart; what is refused says when to come back', () => {
  const limits = new ProgramLimits();
  for (let n = 59; n >= 0; n--)
    expect(limits.take('a', 60, 0)).toEqual({
      wait: null,
      headers: { 'ratelimit-policy': '"default";q=60;w=60', ratelimit: `"default";r=${n};t=${60 - n}` }
    });
  expect(limits.take('a', 60, 0)).toMatchObject({ wait: 1, headers: { ratelimit: '"default";r=0;t=60' } });
  expect(limits.take('b', 60, 0).wait).toBeNull();
  expect(limits.take('a', 60, 999).wait).toBe(1);
  expect(limits.take('a', 60, 1000).wait).toBeNull();
});

test('another limit is in force with the next call, and gives back no call that was made', () => {
  const limits = new ProgramLimits();
  expect(limits.take('a', 1, 0).wait).toBeNull();
  expect(limits.take('a', 1, 0).wait).toBe(60);
  expect(limits.take('a', null, 0)).toMatchObject({ wait: 1, headers: { ratelimit: '"default";r=0;t=60' } });
  expect(limits.take('a', null, 1000)).toMatchObject({
    wait: null,
    headers: { ratelimit: '"default";r=99;t=60' }
  });
  expect(limits.take('a', 2, 1000).headers['ratelimit']).toBe('"default";r=1;t=30');
});

test('whoever is counted by two limits in turn has no more than the smaller of them', () => {
  const limits = new ProgramLimits();
  const passed = Array.from(
    { length: 20 },
    (_, n) => limits.take('a', n % 2 === 0 ? 4 : 40, 0).wait === null
  );
  expect(passed.filter(Boolean)).toHaveLength(4);
});
