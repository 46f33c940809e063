import { untrack } from 'svelte';
import { AUDIT_ACTIONS, type AuditAction } from '$lib/core/log/actions';
import { api } from '$lib/client/api/api';
import { LiveFeed, type LogEntry } from '$lib/shared/indexes/live-feed.svelte';
import type { Replica } from '$lib/client/sync/replica.svelte';
import type { Session } from '$lib/client/session/session.svelte';
import { SignInChart } from '../chart/sign-in-chart.svelte';

const ROWS = 14;
const FAILURES = 9;
/** The numbers are of the last 24 hours: they change without anything happening, too. */
const REFRESH_MS = 60_000;

const isFailure = ({ outcome }: LogEntry) => outcome !== 'success';

/**
 * What the wall shows: the newest of the feed, whose document is trimmed, and the last failures, however long ago. It never holds
 * more than fits on a screen, so it can stay for weeks.
 */
export class LogWall {
  readonly replica: Replica;
  readonly chart = new SignInChart();
  readonly #feed: LiveFeed;
  #older = $state.raw<readonly LogEntry[]>([]);
  #olderSignIns = $state.raw<readonly LogEntry[]>([]);
  readonly #stop: () => void;

  /** Signing in: an import of thousands fills the feed and pushes it out, so what is older is asked for. */
  readonly newest: readonly LogEntry[] = $derived.by(() => {
    const live = this.#entries().filter(
      ({ action }) => AUDIT_ACTIONS[action as AuditAction] === 'authentication'
    );
    return withOlder(live, this.#olderSignIns).slice(0, ROWS);
  });
  /** Failed sign-ins and refusals. */
  readonly failures: readonly LogEntry[] = $derived.by(() => {
    return withOlder(this.#entries().filter(isFailure), this.#older).slice(0, FAILURES);
  });

  /** Made in an effect, and stopped with it. */
  constructor(session: Session) {
    this.replica = untrack(() => session.open('feed'));
    this.#feed = new LiveFeed(this.replica.doc);
    const timer = setInterval(() => {
      this.chart.refresh();
      // Somebody looks at it, without touching anything: the session goes on as long as the rules of this console let it.
      if (document.visibilityState === 'visible') session.noteActivity();
    }, REFRESH_MS);
    const effects = $effect.root(() => {
      $effect(() => {
        void session.connection.returns;
        untrack(() => void this.#findOlder());
      });
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

  destroy(): void {
    this.#stop();
    this.chart.stop();
    this.replica.destroy();
  }

  #entries(): LogEntry[] {
    return this.#feed.newest();
  }

  async #findOlder(): Promise<void> {
    try {
      const [failures, signIns] = await Promise.all([
        api.log.list.query({ outcome: 'denied', limit: FAILURES }),
        api.log.list.query({ view: 'authentication', limit: ROWS })
      ]);
      this.#older = failures.entries;
      this.#olderSignIns = signIns.entries;
    } catch {
      // The feed alone, until the next contact.
    }
  }
}

/** Both newest first; what the feed does not hold any more follows what it holds. */
function withOlder(live: readonly LogEntry[], older: readonly LogEntry[]): LogEntry[] {
  const oldest = live.at(-1)?.id ?? Infinity;
  return [...live, ...older.filter(({ id }) => id < oldest)];
}
