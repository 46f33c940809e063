import { setTimeout as sleep } from 'node:timers/promises';
import { LogFile } from './log-file.ts';
import { recall, remember } from './memory.ts';
import { isLongId, refusedMessageIn } from './refused-message.ts';
import { Returns, type Released } from './returns.ts';

export type FollowerOptions = {
  log: string;
  /** The file that it goes on with when it is started again. */
  state: string;
  release: (queueId: string) => Promise<Released>;
  complain: (text: string) => void;
  /** Interval between two looks at the log, in milliseconds. */
  everyMs?: number;
};

/** Follows a log until it is told to stop. */
export async function follow(options: FollowerOptions, signal: AbortSignal): Promise<void> {
  const { log, state, release, complain, everyMs = 500 } = options;
  const memory = await recall(state);
  const file = new LogFile(log, memory.place);
  const returns = new Returns(memory.waiting);
  const save = () => remember(state, { place: file.place, waiting: returns.waiting });
  let hasComplained = false;
  await file.begin();
  await save();
  while (!signal.aborted) {
    const { lines, more } = await file.read();
    for (const line of lines) {
      const message = refusedMessageIn(line);
      if (!message) continue;
      if (isLongId(message.queueId)) returns.add(message, Date.now());
      else if (!hasComplained) {
        hasComplained = true;
        complain(
          `${message.queueId} may come again: set enable_long_queue_ids = yes in main.cf; nothing is given back`
        );
      }
    }
    if (lines.length > 0) await save();
    const isDue = returns.waiting.some(({ due }) => due <= Date.now());
    await returns.settle(release, Date.now());
    if (isDue) await save();
    if (!more) await sleep(everyMs, undefined, { signal }).catch(() => undefined);
  }
  await file.close();
}
