import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { matchingPages, PAGE } from './pages';

describe('[LOG-5] going through the log', () => {
  test('every number that matches comes once and in order, however many match and however slow the answers are', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 60_000 }),
        fc.integer({ min: 1, max: 5_000 }),
        fc.array(fc.integer({ min: 0, max: 3_000 }), { minLength: 1 }),
        async (upTo, every, delays) => {
          const matches = (seq: number) => seq % every === 0;
          let now = 0;
          let asked = 0;
          const find = ({ after, upTo: end, limit }: { after: number; upTo: number; limit: number }) => {
            now += delays[asked++ % delays.length]!;
            const found: number[] = [];
            for (let seq = after + 1; seq <= end && found.length < limit; seq++)
              if (matches(seq)) found.push(seq);
            return Promise.resolve(found);
          };
          const seen: number[] = [];
          let reached = 0;
          for await (const { numbers, position } of matchingPages(upTo, find, () => now)) {
            expect(numbers.length).toBeLessThanOrEqual(PAGE);
            expect(position).toBeGreaterThan(reached);
            reached = position;
            seen.push(...numbers);
          }
          expect(reached).toBe(upTo);
          expect(seen).toEqual(Array.from({ length: Math.floor(upTo / every) }, (_, n) => (n + 1) * every));
        }
      ),
      { numRuns: 60 }
    );
  });

  test('a log that answers at once is asked few questions, one that answers late short ones', async () => {
    const questions = async (took: number) => {
      let now = 0;
      const widths: number[] = [];
      const find = ({ after, upTo }: { after: number; upTo: number }) => {
        now += took;
        widths.push(upTo - after);
        return Promise.resolve([]);
      };
      for await (const page of matchingPages(1_000_000, find, () => now)) void page;
      return widths;
    };
    expect((await questions(5)).length).toBeLessThan(12);
    expect(Math.max(...(await questions(700)))).toBe(2_000);
  });
});
