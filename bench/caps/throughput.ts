import { median } from '../statistics';
import type { Contestant } from './contestants';

/** Asks that wait for an answer at the same moment. */
export const AT_ONCE = 256;
const TURN_MS = 2000;

export type Rate = { name: string; perSecond: number };
/**
 * Exactness under more asks than fit: units granted above the limit (`overshoot`), and counted without having been
 * granted (`stranded`).
 */
export type Exactness = { name: string; asks: number; limit: number; overshoot: number; stranded: number };

/** Answers a second, in turns over all contestants: medians. The first turn warms what runs for the first time. */
export async function measureRates(
  contestants: readonly Contestant[],
  subjects: number,
  rounds: number
): Promise<Rate[]> {
  const turns = contestants.map((): number[] => []);
  for (let round = 0; round <= rounds; round++)
    for (const [at, contestant] of contestants.entries()) {
      const rate = await askForAWhile(contestant, subjects);
      if (round > 0) turns[at]!.push(rate);
    }
  return contestants.map(({ name }, at) => ({ name, perSecond: median(turns[at]!) }));
}

async function askForAWhile(contestant: Contestant, subjects: number): Promise<number> {
  let answers = 0;
  let next = 0;
  const began = performance.now();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (performance.now() - began < TURN_MS) {
        if (!(await contestant.ask(next++ % subjects))) throw new Error(`${contestant.name} refuses`);
        answers += 1;
      }
    })
  );
  return (answers / (performance.now() - began)) * 1000;
}

/** Twice as many asks as fit, many at once, of each of some subjects. */
export async function measureExactness(
  contestant: Contestant,
  subjects: number,
  limit: number
): Promise<Exactness> {
  const granted = Array.from({ length: subjects }, () => 0);
  const asks = subjects * limit * 2;
  let next = 0;
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (next < asks) {
        const subject = next++ % subjects;
        if (await contestant.ask(subject)) granted[subject]! += 1;
      }
    })
  );
  let [overshoot, stranded] = [0, 0];
  for (const [subject, units] of granted.entries()) {
    overshoot += Math.max(0, units - limit);
    stranded += Math.max(0, (await contestant.counted(subject)) - units);
  }
  return { name: contestant.name, asks, limit, overshoot, stranded };
}
