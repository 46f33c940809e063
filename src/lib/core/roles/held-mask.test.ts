import fc from 'fast-check';
import { expect, test } from 'vitest';
import { changeHeld, packHeld, unpackHeld } from './held-mask';

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

test('a mask that is changed is the one of what is held then', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.boolean(), fc.option(fc.boolean())), { minLength: 1, maxLength: 100 }),
      (ticks) => {
        const ids = ticks.map((_, at) => `permission.${at}`);
        const changes = ids.flatMap((id, at) => {
          const on = ticks[at]![1];
          return on === null ? [] : [[id, on] as const];
        });
        const before = new Set(ids.filter((_, at) => ticks[at]![0]));
        const after = new Set(ids.filter((_, at) => ticks[at]![1] ?? ticks[at]![0]));
        expect(changeHeld(ids, packHeld(ids, before), [...changes, ['gone', true]])).toBe(
          packHeld(ids, after)
        );
      }
    )
  );
  expect(changeHeld(['a', 'b'], '80', [['a', false]])).toBeNull();
});

test('a mask of another catalogue says nothing', () => {
  expect(unpackHeld(['a', 'b'], '80')).toBeNull();
  expect(unpackHeld(['a', 'b'], 'x')).toBeNull();
});
