import { expect, test } from 'vitest';
import { blockPaths, stripPaths } from './tick-strip-path';

const measure = { bar: 3, space: 1, gap: 3, tall: 14, short: 4 };

test('one path per colour, one bar per action, a gap between groups', () => {
  const paths = stripPaths([['on', 'off'], ['danger']], measure);
  expect(paths.on.startsWith('M1 0')).toBe(true);
  expect(paths.off.startsWith('M5 5')).toBe(true);
  expect(paths.danger.startsWith('M13 0')).toBe(true);
  expect(paths.width).toBe(3 + 1 + 3 + 5 + 3);
});

test('the largest area of the catalogue fits its column of 264 px', () => {
  const groups = [10, 11, 4, 8, 5, 5, 5, 6, 4].map((count) =>
    Array.from({ length: count }, () => 'on' as const)
  );
  expect(stripPaths(groups, measure).width).toBeLessThanOrEqual(264);
});

test('a strip of no ticks draws nothing', () => {
  expect(stripPaths([], measure)).toEqual({ width: 0, on: '', danger: '', off: '' });
});

test('equal neighbours are one block, as wide as they are many, and areas stay apart', () => {
  const paths = blockPaths([['on', 'on', 'danger', 'off'], ['on']], { ...measure, bar: 2, space: 0 });
  expect(paths.on).toBe('M0 0h4v14h-4zM11 0h2v14h-2z');
  expect(paths.danger).toBe('M4 0h2v14h-2z');
  expect(paths.off).toBe('M6 5h2v4h-2z');
  expect(paths.width).toBe(13);
});
