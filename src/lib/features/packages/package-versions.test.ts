import { expect, test } from 'vitest';
import { fieldsBefore } from './package-versions';

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
