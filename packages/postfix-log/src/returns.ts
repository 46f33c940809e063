import type { RefusedMessage } from './refused-message.ts';

/** A message that is to be given back. */
export type Return = RefusedMessage & {
  /** Times that there was nothing to give back. */
  misses: number;
  /** Time of the next attempt, in milliseconds since 1970. */
  due: number;
};

/** Answer of Rolecall: given back; nothing under this id; no answer. */
export type Released = 'released' | 'nothing' | 'no answer';

/**
 * Waits after each time there was nothing, in seconds: the approval of what is refused early comes with the
 * message's end.
 */
const EARLY = [2, 5, 15, 60, 300, 900];
/** It was asked for before, and the ask may still be under way. */
const LATE = [2, 30];
const NO_ANSWER_MS = 5000;

/** Queue of messages to be given back, each once. */
export class Returns {
  #waiting: Return[];

  constructor(waiting: readonly Return[]) {
    this.#waiting = [...waiting];
  }

  get waiting(): readonly Return[] {
    return this.#waiting;
  }

  add(message: RefusedMessage, now: number): void {
    if (this.#waiting.some(({ queueId }) => queueId === message.queueId)) return;
    this.#waiting.push({ ...message, misses: 0, due: now });
  }

  /**
   * Tries what is due; the number given back. Without an answer the others wait for the next time: the server is likely
   * away. That message goes to the end, so that it holds up nothing but itself.
   */
  async settle(release: (queueId: string) => Promise<Released>, now: number): Promise<number> {
    let released = 0;
    for (const each of this.#waiting.filter(({ due }) => due <= now)) {
      const answer = await release(each.queueId);
      if (answer === 'released') released += 1;
      if (answer === 'no answer') {
        each.due = now + NO_ANSWER_MS;
        this.#waiting = [...this.#waiting.filter((other) => other !== each), each];
        break;
      }
      const wait = answer === 'nothing' ? (each.early ? EARLY : LATE)[each.misses] : undefined;
      if (wait === undefined) this.#waiting = this.#waiting.filter((other) => other !== each);
      else Object.assign(each, { misses: each.misses + 1, due: now + wait * 1000 });
    }
    return released;
  }
}
