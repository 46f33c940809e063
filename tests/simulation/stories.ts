import { chooseSeed } from '../faults/random';
import { play, type Figures } from './run';

// Each seed is a story of its own: people at work on devices that crash, over a network that loses and delays, with
// programs that die. `npm run faults -- --only simulation --runs 100000 --seed N` tells as many as one likes.
export const STORIES = Number(process.env.SIMULATION_RUNS ?? 1000);
/** The same ones at every `npm test`; others in a campaign. */
const FIRST = process.env.FAULTS_SEED === undefined ? 1 : chooseSeed(process.env.FAULTS_SEED);

/** So many bad ones are enough to look at. */
const MOST_BAD = 10;

/** Plays every second seed, from the first or the second one on, and returns what went wrong, in words. */
export async function tell(half: 0 | 1): Promise<{ bad: string[]; figures: Figures }> {
  const bad: string[] = [];
  const figures: Figures = {
    events: 0,
    edits: 0,
    answered: 0,
    refused: 0,
    deaths: 0,
    entries: 0,
    ofOthers: 0
  };
  const start = performance.now();
  for (let n: number = half; n < STORIES && bad.length < MOST_BAD; n += 2) {
    const run = await play((FIRST + n) >>> 0);
    for (const name of Object.keys(figures) as (keyof Figures)[]) figures[name] += run.figures[name];
    if (run.problems.length > 0) bad.push(`seed ${run.seed}:\n  ${run.problems.join('\n  ')}`);
  }
  const seconds = (performance.now() - start) / 1000;
  const { edits, answered, refused, deaths, ofOthers } = figures;
  process.stderr.write(
    `${STORIES / 2} stories from seed ${FIRST + half} in ${seconds.toFixed(1)} s: ${edits} edits, ${answered} answers, ` +
      `${refused} refusals shown, ${deaths} deaths of programs, ` +
      `${ofOthers} requests in somebody else's session\n`
  );
  return { bad, figures };
}
