import { expect, test } from 'vitest';
import { accentProblem, contrastOnWhite } from './accent';

test('[SET-1] contrast is what WCAG says', () => {
  expect(contrastOnWhite('#000000')).toBeCloseTo(21, 5);
  expect(contrastOnWhite('#ffffff')).toBeCloseTo(1, 5);
  expect(contrastOnWhite('#767676')).toBeCloseTo(4.54, 2);
  expect(contrastOnWhite('#0b6a56')).toBeCloseTo(6.55, 1);
});

test('[SET-1] an accent is a colour that can be read on white', () => {
  for (const colour of ['#0b6a56', '#767676', '#7438AC', '#000000']) expect(accentProblem(colour)).toBeNull();
  for (const colour of ['#777777', '#ffffff', '#f5e663'])
    expect(accentProblem(colour)).toContain('Too light');
  for (const colour of ['', 'red', '#fff', '#12345g', '#1234567', 'url(x)', '#123456;'])
    expect(accentProblem(colour)).toContain('written like');
});
