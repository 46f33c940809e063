import { untrack } from 'svelte';
import { api } from '$lib/client/api/api';
import type { LogEntry } from '$lib/shared/indexes/live-feed.svelte';
import type { LogQuestion } from './log-questions';

type Source = {
  /** The feed, newest first. Reactive. */
  feed: () => readonly LogEntry[];
  /** Number of times the connection came back. Reactive. */
  returns: () => number;
};

/**
 * The newest entries that fit a question, newest first, however much else happened since: the feed holds the last few
 * hundred only, and an import fills all of them. What is older is asked for; what the feed brings is kept when it
 * leaves the feed again.
 */
export class NewestFitting {
  readonly question: LogQuestion;
  readonly #most: number;
  readonly #stop: () => void;
  #entries = $state.raw<readonly LogEntry[]>([]);
  #answered = $state(false);
  #due = false;
  #asking = false;
  #stopped = false;
  /** The newest entry of the feed so far, whether it fits or not. */
  #seen: number | null = null;

  /** Made in an effect, and stopped with it. */
  constructor(question: LogQuestion, most: number, source: Source) {
    this.question = question;
    this.#most = most;
    this.#stop = $effect.root(() => {
      $effect(() => {
        void source.returns();
        untrack(() => void this.#ask());
      });
      $effect(() => {
        const feed = source.feed();
        untrack(() => this.#follow(feed));
      });
    });
  }

  get entries(): readonly LogEntry[] {
    return this.#entries;
  }

  /** The log itself has been asked: what is not here did not happen. */
  get answered(): boolean {
    return this.#answered;
  }

  stop(): void {
    this.#stopped = true;
    this.#stop();
  }

  #follow(feed: readonly LogEntry[]): void {
    const [newest, oldest] = [feed[0], feed.at(-1)];
    if (newest === undefined || oldest === undefined) return;
    // More came at once than the feed holds: some of it was never seen here.
    const missed = this.#seen !== null && oldest.id > this.#seen + 1;
    this.#seen = newest.id;
    this.#add(feed.filter(this.question.fits));
    if (missed) void this.#ask();
  }

  /**
   * One question at a time. After one that failed nothing is said to be known, until there is contact again or more
   * was missed.
   */
  async #ask(): Promise<void> {
    this.#due = true;
    if (this.#asking) return;
    this.#asking = true;
    while (this.#due && !this.#stopped) {
      this.#due = false;
      this.#answered = await this.#askOnce();
    }
    this.#asking = false;
  }

  /** Asks the server once; true if an answer came. */
  async #askOnce(): Promise<boolean> {
    try {
      const pages = await Promise.all(
        this.question.asked.map((asked) => api.log.list.query({ ...asked, limit: this.#most }))
      );
      this.#add(pages.flatMap(({ entries }) => entries));
      return true;
    } catch {
      // The feed alone.
      return false;
    }
  }

  #add(entries: readonly LogEntry[]): void {
    const byNumber = new Map([...this.#entries, ...entries].map((entry) => [entry.id, entry]));
    this.#entries = [...byNumber.values()].sort((a, b) => b.id - a.id).slice(0, this.#most);
  }
}
