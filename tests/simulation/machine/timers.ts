import { setTimeout as realSleep } from 'timers/promises';
import { waitIn } from '../determinism';

// `node:timers/promises` for code that a world runs: the time of the world.

export * from 'timers/promises';

export function setTimeout<T = void>(ms?: number, value?: T): Promise<T> {
  return waitIn(ms ?? 0)?.then(() => value as T) ?? realSleep(ms, value as T);
}
