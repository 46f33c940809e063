import { setTimeout as sleep } from 'node:timers/promises';
import { Rejected, Unreachable, type Ask, type Ledger } from './ledger.ts';
import type { Note, Notebook } from './notebook.ts';

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 10_000;
/**
 * Attempts to give back what an ask without an answer may have reserved: it may arrive at the ledger after the
 * question.
 */
const LOOKS = 3;

type Parts = {
  ledger: Pick<Ledger, 'commit' | 'release' | 'consume' | 'reserve'>;
  notebook: Pick<Notebook, 'strike'>;
  warn: (text: string) => void;
};

/** Says what became of reservations, as often as it takes. Nothing that is sent waits for it. */
export class Settler {
  readonly #parts: Parts;
  readonly #open = new Set<Promise<void>>();
  readonly #stop = new AbortController();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** The message was queued. */
  sent(note: Note): void {
    this.#begin(async () => {
      if ((await this.#untilAnswered(() => this.#parts.ledger.commit(note.reservation))) === 'expired')
        await this.#late(note);
      this.#parts.notebook.strike(note);
    });
  }

  /** The message was not queued. What is forgotten ends by itself. */
  notSent(note: Note): void {
    this.#parts.notebook.strike(note);
    const { reservation } = note;
    this.#begin(async () => {
      await this.#untilAnswered(() => this.#parts.ledger.release({ reservation }));
    });
  }

  /** The ask had no answer, and the message was refused. */
  unanswered({ key }: Ask): void {
    this.#begin(async () => {
      for (let look = 0; look < LOOKS; look++) {
        if (await this.#untilAnswered(() => this.#parts.ledger.release({ key }))) return;
        await this.#pause(LONGEST_PAUSE_MS);
      }
    });
  }

  /** The ask had no answer, and the message was sent nevertheless: it is counted if there is room. */
  sentUnanswered(ask: Ask): void {
    this.#begin(async () => {
      const answer = await this.#untilAnswered(() => this.#parts.ledger.reserve(ask));
      if ('reservation' in answer)
        await this.#untilAnswered(() => this.#parts.ledger.commit(answer.reservation));
      else this.#parts.warn(`${ask.key}: sent while Rolecall was away, and not counted: ${answer.smtp}`);
    });
  }

  /** Resolves when everything that was begun is done. */
  async idle(): Promise<void> {
    while (this.#open.size > 0) await Promise.all(this.#open);
  }

  stop(): void {
    this.#stop.abort();
  }

  /** The hold ended before it could be said that the message was sent. */
  async #late({ login, units, key }: Note): Promise<void> {
    const ask = { login, units, key: `${key}/late` };
    const answer = await this.#untilAnswered(() => this.#parts.ledger.consume(ask)).catch(
      (error: unknown) => {
        if (error instanceof Rejected) return { smtp: error.message };
        throw error;
      }
    );
    if (answer !== 'done') this.#parts.warn(`${key}: sent, and could not be counted: ${answer.smtp}`);
  }

  /** @throws Rejected when there is no use in asking again */
  async #untilAnswered<T>(act: () => Promise<T>): Promise<T> {
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      try {
        return await act();
      } catch (error) {
        const isPassing = error instanceof Unreachable || (error instanceof Rejected && !error.isFinal);
        if (!isPassing) throw error;
        if (pause === LONGEST_PAUSE_MS) this.#parts.warn(`not settled yet: ${error.message}`);
      }
      await this.#pause(pause);
    }
  }

  #pause(ms: number): Promise<void> {
    return sleep(ms, undefined, { ref: false, signal: this.#stop.signal });
  }

  #begin(act: () => Promise<void>): void {
    const work = act()
      .catch((error: unknown) => {
        // Told to stop: what is noted is taken over, the rest ends by itself.
        if (!this.#stop.signal.aborted) this.#parts.warn(String(error));
      })
      .finally(() => this.#open.delete(work));
    this.#open.add(work);
  }
}
