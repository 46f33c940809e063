import type { Refusal } from '$lib/core/refusal';
import { api, isConnectionFault, refusalOf } from './api';
import { logInput, type LogFilter, type LogView } from './log-query';

/** An entry as the lists of the log have it. */
export type ListedEntry = Awaited<ReturnType<typeof api.log.list.query>>['entries'][number];

export type LogPagesState =
  | { state: 'loading' }
  | { state: 'loaded' }
  | { state: 'refused'; refusal: Refusal }
  | { state: 'offline' }
  | { state: 'failed' };

const PAGE = 60;
/** What went by during an interruption is fetched in pages of this size, */
const GAP_PAGE = 200;
/** and up to so many entries; beyond, the list begins anew from the newest. */
const MOST_MISSED = 5_000;
/** A page that is open for days lets go of what is far below, which can be asked for again. */
const MOST_KEPT = 3_000;

/** The entries of one view of the log: newest first, none twice and none left out, while new ones arrive (LOG-3). */
export class LogPages {
  entries = $state.raw<readonly ListedEntry[]>([]);
  status = $state.raw<LogPagesState>({ state: 'loading' });
  loadingMore = $state(false);
  /** Newer entries that are not shown yet. */
  fresh = $state.raw<readonly ListedEntry[]>([]);
  #cursor = $state.raw<string | null>(null);
  readonly #view: LogView;
  #filter: LogFilter | null = null;
  #input: ReturnType<typeof logInput>;
  /** Counts questions, not pages: answers to an older one are thrown away. */
  #asked = 0;
  #looking: Promise<void> | null = null;
  #lookAgain = false;

  constructor(view: LogView) {
    this.#view = view;
    this.#input = { view };
  }

  get hasMore(): boolean {
    return this.#cursor !== null;
  }

  /** Shows the newest entries that fit; what was shown stays until the answer is here. */
  async show(filter: LogFilter): Promise<void> {
    this.#filter = filter;
    this.#input = logInput(this.#view, filter, Date.now());
    this.#asked += 1;
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

  /** Looks whether newer entries fit; they wait in `fresh`. A look that fails is made up for by the next one. */
  lookForNew(): Promise<void> {
    if (this.#looking) this.#lookAgain = true;
    this.#looking ??= this.#look().finally(() => {
      this.#looking = null;
      if (!this.#lookAgain) return;
      this.#lookAgain = false;
      void this.lookForNew();
    });
    return this.#looking;
  }

  /** Puts what waits on top of the list. */
  showNew(): void {
    if (this.fresh.length === 0) return;
    const kept = [...this.fresh, ...this.entries];
    this.entries = kept.slice(0, MOST_KEPT);
    if (kept.length > MOST_KEPT) this.#cursor = String(this.entries.at(-1)!.id);
    this.fresh = [];
  }

  async #look(): Promise<void> {
    const asked = this.#asked;
    if (this.#filter === null || this.status.state !== 'loaded') return;
    // Known already, on screen or waiting.
    const newest = this.fresh[0]?.id ?? this.entries[0]?.id ?? 0;
    const missed: ListedEntry[] = [];
    try {
      let cursor: string | undefined;
      do {
        const limit = cursor === undefined ? PAGE : GAP_PAGE;
        const page = await api.log.list.query({ ...this.#input, limit, ...(cursor ? { cursor } : {}) });
        if (asked !== this.#asked) return;
        const newer = page.entries.filter(({ id }) => id > newest);
        missed.push(...newer);
        cursor = newer.length === page.entries.length ? (page.next ?? undefined) : undefined;
      } while (cursor !== undefined && missed.length < MOST_MISSED);
      if (cursor !== undefined) await this.show(this.#filter);
      else if (missed.length > 0) this.fresh = [...missed, ...this.fresh];
    } catch {
      // The list stays as it is; the connection pill says why.
    }
  }

  async #ask(cursor: string | undefined): Promise<void> {
    const asked = this.#asked;
    try {
      const { entries, next } = await api.log.list.query({
        ...this.#input,
        limit: PAGE,
        ...(cursor ? { cursor } : {})
      });
      // The list may have been cut meanwhile: then this page begins further down than it ends.
      if (asked !== this.#asked || (cursor !== undefined && cursor !== this.#cursor)) return;
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
