import type { RefusedCall } from './repeating-link';

/** The longest that a call waits by itself, in seconds: whoever asks for more is answered. */
const MOST_WAIT = 5;

/** Calls that are never repeated: the server counts their attempts, and a repetition might be another one. */
const NEVER_TWICE = /^(auth|setup)\./;

/**
 * A server that is busy, or was asked too much at once (H-08), says when to come back: a call is sent again then,
 * once. It is the same call with the same operation id.
 */
export async function repeatWhenBusy(
  { path, refusal }: RefusedCall,
  wait: (ms: number) => Promise<void> = pause,
  random: () => number = Math.random
): Promise<boolean> {
  if (refusal.code !== 'busy' || refusal.retryAfter > MOST_WAIT || NEVER_TWICE.test(path)) return false;
  // Those who were turned away together do not come back together.
  await wait(refusal.retryAfter * 1000 * (1 + random() / 2));
  return true;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
