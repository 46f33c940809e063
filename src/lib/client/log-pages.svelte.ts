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
  /** Newer entries that are not shown yet. */
  fresh = $state.raw<readonly LogEntry[]>([]);
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

  /** Looks whether newer entries fit the query; they wait in `fresh`. A missed look is made up for by the next. */
  async lookForNew(): Promise<void> {
    const asked = this.#asked;
    if (this.#query === null || this.status.state !== 'loaded') return;
    try {
      const { entries, next } = await api.log.list.query({ ...this.#input(this.#query), limit: PAGE });
      if (asked !== this.#asked) return;
      const newest = this.entries[0]?.id ?? 0;
      const fresh = entries.filter(({ id }) => id > newest);
      // More than a page arrived: what lies between is not known, so the list begins anew.
      if (fresh.length === entries.length && next !== null && newest > 0) await this.show(this.#query);
      else this.fresh = fresh;
    } catch {
      // The list stays as it is; the connection pill says why.
    }
  }

  /** Puts what waits on top of the list. */
  showNew(): void {
    const newest = this.entries[0]?.id ?? 0;
    this.entries = [...this.fresh.filter(({ id }) => id > newest), ...this.entries];
    this.fresh = [];
  }

  #input(query: LogQuery) {
    const search = query.search.trim();
    return {
      view: this.#view,
      ...(search ? { search } : {}),
      ...(query.outcome ? { outcome: query.outcome } : {}),
      ...(query.actor ? { actor: query.actor } : {}),
      ...(this.#from ? { from: this.#from } : {})
    };
  }

  async #ask(cursor: string | undefined): Promise<void> {
    const asked = ++this.#asked;
    const query = this.#query;
    if (!query) return;
    try {
      const { entries, next } = await api.log.list.query({
        ...this.#input(query),
        limit: PAGE,
        ...(cursor ? { cursor } : {})
      });
      if (asked !== this.#asked) return;
      this.entries = cursor === undefined ? entries : [...this.entries, ...entries];
      if (cursor === undefined) this.fresh = [];
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
