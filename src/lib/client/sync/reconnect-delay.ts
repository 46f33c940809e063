import { CLOSE } from '$lib/protocol/close-codes';

const FIRST_MS = 200;

/** Close codes after which everybody is gone at the same moment, and how long their return is spread over. */
const SPREAD_MS: Readonly<Record<number, readonly [from: number, to: number]>> = {
  [CLOSE.restarting]: [200, 3_000],
  [CLOSE.tooSlow]: [1_000, 5_000]
};

/**
 * Wait before the next attempt, in milliseconds. The stock provider waits equally long in every browser: two
 * hundred that were cut off together would come back together.
 * @param attempts tries since the last that worked
 * @param longest the longest wait of this client
 * @param random between 0 and 1
 */
export function reconnectDelay(code: number, attempts: number, longest: number, random: number): number {
  const spread = attempts === 0 ? SPREAD_MS[code] : undefined;
  if (spread) return spread[0] + random * (spread[1] - spread[0]);
  const most = Math.min(FIRST_MS * 2 ** attempts, longest);
  return most / 2 + (random * most) / 2;
}
