import { expect, test } from 'vitest';
import { fieldsBefore, restoredWords } from './package-versions';

test('[TEN-2] a version of a package is what was before everything that was changed since', () => {
  const newer = [
    { change: [{ path: 'caps.daily', old: 200, new: 300 }] },
    { change: [{ path: 'name', old: 'Starter', new: 'Growth' }] },
    {
      change: [
        { path: 'caps.daily', old: 100, new: 200 },
        { path: 'switches.dkim', old: false, new: true }
      ]
    }
  ];
  expect([...fieldsBefore(newer)]).toEqual([
    ['caps.daily', 100],
    ['name', 'Starter'],
    ['switches.dkim', false]
  ]);
  expect([...fieldsBefore(newer.slice(0, 1))]).toEqual([['caps.daily', 200]]);
  expect(fieldsBefore([]).size).toBe(0);
});

test('what is no field of the form is left alone', () => {
  expect(fieldsBefore([{ change: [{ path: 'replacedBy', old: null }] }]).size).toBe(0);
});

test('[TEN-2] a version that was put into the form says what was left out for want of a right', () => {
  expect(restoredWords(0, 0)).toBe('It is as it was then');
  expect(restoredWords(2, 0)).toBe('Filled in as it was. Check and save.');
  expect(restoredWords(2, 1)).toBe(
    'Filled in as it was, without 1 field that you can’t change. Check and save.'
  );
  expect(restoredWords(0, 1)).toBe('Nothing filled in: 1 field differed then, and you can’t change it.');
  expect(restoredWords(0, 3)).toBe('Nothing filled in: 3 fields differed then, and you can’t change them.');
});
