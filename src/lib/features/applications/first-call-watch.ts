/** Time between looks for the first use of a key, in milliseconds: no live document has it. */
const LOOK_MS = 3_000;
/** Later there is less hurry, and at last nobody waits in front of the key any more. */
const LATER = { afterMs: 60_000, everyMs: 15_000 };
const END_MS = 10 * 60_000;

/**
 * Looks again and again, each time some time after the last look is over: a slow answer is waited for.
 * @param mayLook false while there is no use in looking
 * @returns ends it
 */
export function lookAgain(look: () => Promise<void>, mayLook: () => boolean): () => void {
  const began = performance.now();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let ended = false;
  const next = () => {
    const waited = performance.now() - began;
    if (ended || waited >= END_MS) return;
    timer = setTimeout(
      () => void (mayLook() ? look() : Promise.resolve()).finally(next),
      waited < LATER.afterMs ? LOOK_MS : LATER.everyMs
    );
  };
  next();
  return () => {
    ended = true;
    clearTimeout(timer);
  };
}
