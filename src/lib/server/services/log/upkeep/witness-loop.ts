import type { Deps } from '../../write-path/deps';

export type WitnessLoop = { kick(): void; stop(): Promise<void> };

const EVERY_MS = 1000;
const LONGEST_WAIT_MS = 5 * 60_000;

/**
 * Tells a witness whenever there is something new: when kicked, though not sooner than a second after the last time,
 * and once a second, since another process may have signed. A witness that fails is left alone for longer and longer;
 * numbering and signing never wait for it.
 */
export function startWitnessLoop(
  deps: Deps,
  name: string,
  send: () => Promise<void>,
  { longestWait = LONGEST_WAIT_MS }: { longestWait?: number } = {}
): WitnessLoop {
  let running: Promise<void> | null = null;
  let again = false;
  let failures = 0;
  let notBefore = 0;
  let toldAt = -Infinity;
  const run = async () => {
    do {
      again = false;
      try {
        await send();
        failures = 0;
      } catch (error) {
        failures += 1;
        const wait = Math.min(longestWait, EVERY_MS * 2 ** failures) * (0.5 + Math.random() / 2);
        notBefore = Date.now() + wait;
        deps.log.warn({ err: error, witness: name, failures }, 'a witness of the log could not be told');
      }
    } while (again && failures === 0);
  };
  const look = () => {
    if (Date.now() < notBefore) return;
    toldAt = Date.now();
    if (running) again = true;
    running ??= run().finally(() => (running = null));
  };
  const timer = setInterval(look, EVERY_MS);
  look();
  return {
    kick() {
      // What comes sooner is told by the clock: each telling costs commits, which the work of people would wait for.
      if (Date.now() - toldAt >= EVERY_MS) look();
    },
    async stop() {
      clearInterval(timer);
      notBefore = Infinity;
      again = false;
      await running;
    }
  };
}
