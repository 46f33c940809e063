import type { Refusal } from '$lib/core/refusal';
import { api, isConnectionFault, refusalOf } from './api';
import type { LogEntry } from './live-feed.svelte';
import { PERIODS, type LogQuery, type LogView } from './log-query';

export type LogPagesState =
  | { state: 'loading' }
  | { state: 'loaded' }
  | { state: 'refused'; refusal: Refusal }
  | { state: 'offline' }
  | { state: 'failed' };

const PAGE = 60;

/** The entries of one view of the log, fetched page by page: newest first, none twice. */
export class LogPages {
  entries = $state.raw<readonly LogEntry[]>([]);
  status = $state.raw<LogPagesState>({ state: 'loading' });
  loadingMore = $state(false);
  #cursor = $state.raw<string | null>(null);
  readonly #view: LogView;
  #query: LogQuery | null = null;
  #from: string | undefined;
  /** Answers to an older question are thrown away. */
  #asked = 0;

  constructor(view: LogView) {
    this.#view = view;
  }

  get hasMore(): boolean {
    return this.#cursor !== null;
  }

  /** Shows the newest entries of a query; what was shown stays until the answer is here. */
  async show(query: LogQuery): Promise<void> {
    this.#query = query;
    this.#from =
      query.period === null ? undefined : new Date(Date.now() - PERIODS[query.period]).toISOString();
    await this.#ask(undefined);
  }

  /** Appends the next older page. */
  async more(): Promise<void> {
    if (this.#cursor === null || this.loadingMore) return;
    this.loadingMore = true;
    try {
      await this.#ask(this.#cursor);
    } finally {
      this.loadingMore = false;
    }
  }

  async #ask(cursor: string | undefined): Promise<void> {
    const asked = ++this.#asked;
    const query = this.#query;
    if (!query) return;
    const search = query.search.trim();
    try {
      const { entries, next } = await api.log.list.query({
        view: this.#view,
        limit: PAGE,
        ...(search ? { search } : {}),
        ...(query.outcome ? { outcome: query.outcome } : {}),
        ...(query.actor ? { actor: query.actor } : {}),
        ...(this.#from ? { from: this.#from } : {}),
        ...(cursor ? { cursor } : {})
      });
      if (asked !== this.#asked) return;
      this.entries = cursor === undefined ? entries : [...this.entries, ...entries];
      this.#cursor = next;
      this.status = { state: 'loaded' };
    } catch (error) {
      if (asked !== this.#asked) return;
      const refusal = refusalOf(error);
      if (refusal && refusal.code !== 'busy') this.status = { state: 'refused', refusal };
      else if (isConnectionFault(error) && !navigator.onLine) this.status = { state: 'offline' };
      else this.status = { state: 'failed' };
    }
  }
}
