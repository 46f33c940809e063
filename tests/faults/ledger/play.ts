import { seeded } from '../random';
import type { StoryGround } from './ground';
import { Story } from './story';
import type { Run } from './virtual-endpoints';

/** A story in which something was that must not be. */
export type Found = { seed: number; problems: string[]; told: string[] };

/** Plays stories of one seed after another until something is found. Null: nothing was. */
export async function playStories(
  ground: StoryGround,
  { from, runs, run }: { from: number; runs: number; run?: (() => Run) | undefined }
): Promise<Found | null> {
  for (let seed = from; seed < from + runs; seed++) {
    const story = new Story(ground, seeded(seed), `${seed}-${played++}`, run ? { run: run() } : {});
    const problems = await story.play();
    if (problems.length > 0) return { seed, problems, told: story.told };
  }
  return null;
}

/** Keys live for days: the same seed, played twice on one database, has others. */
let played = 0;
