import fc from 'fast-check';
import { expect, test } from 'vitest';
import { packHeld, unpackHeld } from './held-mask';

test('four permissions to a digit, in the order of the catalogue', () => {
  const ids = ['a', 'b', 'c', 'd', 'e'];
  expect(packHeld(ids, new Set(['a', 'e']))).toBe('88');
  expect(packHeld(ids, new Set(['b', 'c', 'gone']))).toBe('60');
  expect(packHeld([], new Set())).toBe('');
});

test('what was packed comes out again', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 400 }), (ticks) => {
      const ids = ticks.map((_, at) => `permission.${at}`);
      const held = new Set(ids.filter((_, at) => ticks[at]));
      expect(unpackHeld(ids, packHeld(ids, held))).toEqual(held);
    })
  );
});

test('a mask of another catalogue says nothing', () => {
  expect(unpackHeld(['a', 'b'], '80')).toBeNull();
  expect(unpackHeld(['a', 'b'], 'x')).toBeNull();
});
