import { untrack } from 'svelte';
import { LiveFeed, type LogEntry } from '$lib/shared/indexes/live-feed.svelte';
import type { Replica } from '$lib/client/sync/replica.svelte';
import type { Session } from '$lib/client/session/session.svelte';
import { LOG_QUESTIONS } from '$lib/shared/feed/log-questions';
import { NewestFitting } from '$lib/shared/feed/newest-fitting.svelte';
import { SignInChart } from '../chart/sign-in-chart.svelte';

const ROWS = 14;
const FAILURES = 9;
/** The numbers are of the last 24 hours: they change without anything happening, too. */
const REFRESH_MS = 60_000;

/**
 * Content of the wall: the last sign-ins and the last failures, however long ago. It never holds more than fits on
 * a screen, so it can stay for weeks.
 */
export class LogWall {
  readonly replica: Replica;
  readonly chart = new SignInChart();
  readonly #signingIn: NewestFitting;
  readonly #failures: NewestFitting;
  readonly #stop: () => void;

  /** Made in an effect, and stopped with it. */
  constructor(session: Session) {
    this.replica = untrack(() => session.open('feed'));
    const feed = new LiveFeed(this.replica.doc);
    const source = { feed: () => feed.newest(), returns: () => session.connection.returns };
    this.#signingIn = new NewestFitting(LOG_QUESTIONS.signingIn, ROWS, source);
    this.#failures = new NewestFitting(LOG_QUESTIONS.failedOrDenied, FAILURES, source);
    const timer = setInterval(() => {
      this.chart.refresh();
      // Somebody looks at it, without touching anything: the session goes on as long as the rules of this console
      // let it.
      if (document.visibilityState === 'visible') session.noteActivity();
    }, REFRESH_MS);
    const effects = $effect.root(() => {
      $effect(() => {
        void this.newest[0]?.id;
        untrack(() => this.chart.refresh());
      });
    });
    this.#stop = () => {
      clearInterval(timer);
      effects();
    };
  }

  /** Sign-ins and sign-outs, newest first. */
  get newest(): readonly LogEntry[] {
    return this.#signingIn.entries;
  }

  /** Failed sign-ins and refusals, newest first. */
  get failures(): readonly LogEntry[] {
    return this.#failures.entries;
  }

  /** Both lists say all there is: what is empty is empty. */
  get known(): boolean {
    return this.#signingIn.answered && this.#failures.answered;
  }

  destroy(): void {
    this.#stop();
    this.#signingIn.stop();
    this.#failures.stop();
    this.chart.stop();
    this.replica.destroy();
  }
}
