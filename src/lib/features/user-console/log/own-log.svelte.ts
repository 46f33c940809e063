import { api } from '$lib/client/api/api';
import { Loadable, type LoadState } from '$lib/client/api/loadable.svelte';
import type { AuditView } from '$lib/core/log/actions';

export type OwnEntry = Awaited<ReturnType<typeof api.own.log.query>>['entries'][number];

type Known = { entries: readonly OwnEntry[]; next: string | null };

const PAGE = 50;

/** The entries of a view of a user's own log, newest first (TEN-5). */
export class OwnLog {
  loadingMore = $state(false);
  readonly #view: AuditView;
  readonly #list = new Loadable<Known>();

  constructor(view: AuditView) {
    this.#view = view;
  }

  get status(): LoadState<unknown> {
    return this.#list.status;
  }

  get asking(): boolean {
    return this.#list.asking;
  }

  get entries(): readonly OwnEntry[] {
    return this.#list.value?.entries ?? [];
  }

  get hasMore(): boolean {
    return (this.#list.value?.next ?? null) !== null;
  }

  /** Asks for the newest. What is further down stays, where it goes on from them. */
  async load(): Promise<void> {
    await this.#list.ask(async () => {
      const page = await this.#page();
      const known = this.#list.value;
      const lowest = page.entries.at(-1)?.id;
      const joint = known?.entries.findIndex(({ id }) => id === lowest) ?? -1;
      if (!known || joint < 0) return page;
      return { entries: [...page.entries, ...known.entries.slice(joint + 1)], next: known.next };
    });
  }

  /** Appends the next older page. */
  async more(): Promise<void> {
    const { next } = this.#list.value ?? { next: null };
    if (next === null || this.loadingMore) return;
    this.loadingMore = true;
    await this.#list.extend(async () => {
      const page = await this.#page(next);
      return { entries: [...this.entries, ...page.entries], next: page.next };
    });
    this.loadingMore = false;
  }

  #page(cursor?: string): Promise<Known> {
    return api.own.log.query({ view: this.#view, limit: PAGE, ...(cursor === undefined ? {} : { cursor }) });
  }
}
