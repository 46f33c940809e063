import { serverNow } from '$lib/client/api/server-clock';
import type { ListedEntry } from '$lib/shared/feed/listed-view';
import { api } from '$lib/client/api/api';
import { Loadable, type LoadState } from '$lib/client/api/loadable.svelte';
import { missingText, missingWords } from './missing-words';
import { logInput, type LogFilter, type LogView } from './log-query';

/** Entries known of one view: `fresh` are newer and not shown yet; without a cursor there is nothing older. */
type Known = { entries: readonly ListedEntry[]; fresh: readonly ListedEntry[]; cursor: string | null };

const NOTHING: Known = { entries: [], fresh: [], cursor: null };

const PAGE = 60;
/** Page size, in entries, in which entries missed during an interruption are fetched. */
const GAP_PAGE = 200;
/** Most entries fetched after an interruption; beyond, the list begins anew from the newest. */
const MOST_MISSED = 5_000;
/** A page that is open for days lets go of what is far below, which can be asked for again. */
const MOST_KEPT = 3_000;

/** The entries of one view of the log: newest first, none twice and none left out, while new ones arrive (LOG-3). */
export class LogPages {
  loadingMore = $state(false);
  readonly #view: LogView;
  readonly #list = new Loadable<Known>();
  #filter: LogFilter | null = null;
  #input: ReturnType<typeof logInput>;
  #looking: Promise<void> | null = null;
  #lookAgain = false;
  #missing = $state<string | null>(null);

  constructor(view: LogView) {
    this.#view = view;
    this.#input = { view };
  }

  /** Tells of the last question, also while entries of an earlier one are shown. */
  get status(): LoadState<unknown> {
    return this.#list.problem ?? this.#list.status;
  }

  get entries(): readonly ListedEntry[] {
    return this.#known.entries;
  }

  /** Newer entries that are not shown yet. */
  get fresh(): readonly ListedEntry[] {
    return this.#known.fresh;
  }

  get hasMore(): boolean {
    return this.#known.cursor !== null;
  }

  /**
   * Sentence about words of the search when nothing fits it: which of them no entry holds that fits the other
   * filters. Null: there are entries, the search has no two words, or it is not known.
   */
  get missing(): string | null {
    return this.entries.length === 0 ? this.#missing : null;
  }

  /** Shows the newest entries that fit; what was shown stays until the answer is here. */
  async show(filter: LogFilter): Promise<void> {
    this.#filter = filter;
    this.#input = logInput(this.#view, filter, serverNow());
    const input = this.#input;
    await this.#list.ask(async () => {
      const { entries, next } = await api.log.list.query({ ...input, limit: PAGE });
      this.#missing = null;
      return { entries, fresh: [], cursor: next };
    });
    if (input === this.#input && this.status.state === 'loaded' && this.entries.length === 0)
      await this.#lookForWords(filter, input);
  }

  /** Appends the next older page. */
  async more(): Promise<void> {
    const { cursor } = this.#known;
    if (cursor === null || this.loadingMore) return;
    this.loadingMore = true;
    await this.#list.extend(async () => {
      const page = await api.log.list.query({ ...this.#input, limit: PAGE, cursor });
      const known = this.#known;
      // The list may have been cut meanwhile: then this page begins further down than it ends.
      if (cursor !== known.cursor) return known;
      return { ...known, entries: [...known.entries, ...page.entries], cursor: page.next };
    });
    this.loadingMore = false;
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
    const { fresh, entries, cursor } = this.#known;
    if (fresh.length === 0) return;
    const all = [...fresh, ...entries];
    const kept = all.slice(0, MOST_KEPT);
    const end = all.length > MOST_KEPT ? String(kept.at(-1)!.id) : cursor;
    this.#list.put({ entries: kept, fresh: [], cursor: end });
  }

  async #lookForWords({ search }: LogFilter, input: ReturnType<typeof logInput>): Promise<void> {
    const isFound = async (word: string) =>
      (await api.log.list.query({ ...input, search: word, limit: 1 })).entries.length > 0;
    try {
      const missing = missingText(search, await missingWords(search, isFound));
      if (input === this.#input) this.#missing = missing;
    } catch {
      // That nothing fits is said without it.
    }
  }

  get #known(): Known {
    return this.#list.value ?? NOTHING;
  }

  async #look(): Promise<void> {
    const { turn } = this.#list;
    if (this.#filter === null || this.status.state !== 'loaded') return;
    // Known already, on screen or waiting.
    const newest = this.fresh[0]?.id ?? this.entries[0]?.id ?? 0;
    const missed: ListedEntry[] = [];
    try {
      let cursor: string | undefined;
      do {
        const limit = cursor === undefined ? PAGE : GAP_PAGE;
        const page = await api.log.list.query({ ...this.#input, limit, ...(cursor ? { cursor } : {}) });
        if (turn !== this.#list.turn) return;
        const newer = page.entries.filter(({ id }) => id > newest);
        missed.push(...newer);
        cursor = newer.length === page.entries.length ? (page.next ?? undefined) : undefined;
      } while (cursor !== undefined && missed.length < MOST_MISSED);
      if (cursor !== undefined) await this.show(this.#filter);
      else if (missed.length > 0) this.#list.put({ ...this.#known, fresh: [...missed, ...this.fresh] });
    } catch {
      // The list stays as it is; the connection pill says why.
    }
  }
}
