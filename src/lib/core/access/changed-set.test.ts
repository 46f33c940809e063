import fc from 'fast-check';
import { expect, test } from 'vitest';
import { changedSet } from './changed-set';

const id = fc.integer({ min: 0, max: 100 }).map((n) => `action.${n}`);

test('[ROL-13] a set that was changed again and again is the set that a copy would be, and those before it stay as they were', () => {
  fc.assert(
    fc.property(
      fc.array(id),
      fc.array(fc.array(fc.tuple(id, fc.boolean()), { maxLength: 20 }), { maxLength: 20 }),
      (first, rounds) => {
        const made: [ReadonlySet<string>, string[]][] = [[new Set(first), [...new Set(first)].sort()]];
        for (const changes of rounds) {
          const [from, known] = made.at(-1)!;
          const copy = new Set(known);
          for (const [each, on] of changes)
            if (on) copy.add(each);
            else copy.delete(each);
          made.push([changedSet(from, changes), [...copy].sort()]);
        }
        for (const [set, known] of made) {
          expect([...set].sort()).toEqual(known);
          expect(set.size).toBe(known.length);
          for (let n = 0; n <= 100; n++) expect(set.has(`action.${n}`)).toBe(known.includes(`action.${n}`));
          const told: string[] = [];
          set.forEach((each) => told.push(each));
          expect(told).toEqual([...set]);
          expect([...set.entries()].map(([each]) => each)).toEqual([...set.keys()]);
        }
      }
    )
  );
});
