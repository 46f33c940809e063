import { setTimeout as sleep } from 'node:timers/promises';
import { CLEAR, type ChaosProxy, type Weather } from './chaos-proxy';
import type { Random } from './random';

/** Conditions between a browser and the server in a round. */
export const CLIMATES = ['calm', 'offline', 'storm', 'storm', 'storm'] as const;
export type Climate = (typeof CLIMATES)[number];

const STORM: readonly Weather[] = [
  CLEAR,
  { is: 'stalled' },
  { is: 'black-hole' },
  { is: 'half-open' },
  { is: 'refused' },
  { is: 'sliced' },
  { is: 'slow' },
  { is: 'delayed', upTo: 300 }
];

/** Makes weather until it is told to stop; then the way is clear again. */
export function makeWeather(proxy: ChaosProxy, climate: Climate, random: Random): { stop(): Promise<void> } {
  let running = true;
  const run = async () => {
    if (climate === 'offline') {
      proxy.become({ is: 'refused' });
      proxy.cut('reset');
    }
    while (running && climate === 'storm') {
      proxy.become(random.pick(STORM));
      if (random.chance(0.4)) proxy.cut(random.chance(0.5) ? 'reset' : 'end', random.next());
      await sleep(random.whole(50, 500));
    }
  };
  const done = run();
  return {
    async stop() {
      running = false;
      await done;
      proxy.become(CLEAR);
    }
  };
}
