import { api } from '$lib/client/api/api';
import type { ListedEntry } from './listed-view';
import { Loadable } from '$lib/client/api/loadable.svelte';

type View = 'authentication' | 'activity';
/** Role of the record in an entry: it did something, or something was done to it. */
export type LogPart = 'actor' | 'target';

const MOST = 20;

/** The newest entries of the log that a record has part in (ADM-9). */
export class RecordLog {
  readonly #id: string;
  readonly #parts: readonly LogPart[];
  readonly #entries = new Loadable<readonly ListedEntry[]>();

  constructor(id: string, parts: readonly LogPart[]) {
    this.#id = id;
    this.#parts = parts;
  }

  /** Null while it is not known. */
  get entries(): readonly ListedEntry[] | null {
    return this.#entries.value;
  }

  get failed(): boolean {
    return this.#entries.problem !== null;
  }

  /** @param views what the reader may see of the log */
  async load(views: readonly View[]): Promise<void> {
    await this.#entries.ask(() => this.#newest(views));
  }

  async #newest(views: readonly View[]): Promise<ListedEntry[]> {
    const pages = await Promise.all(
      views.flatMap((view) =>
        this.#parts.map((part) => api.log.list.query({ view, [part]: this.#id, limit: MOST }))
      )
    );
    const byId = new Map(pages.flatMap(({ entries }) => entries.map((entry) => [entry.id, entry])));
    return [...byId.values()].sort((a, b) => b.id - a.id).slice(0, MOST);
  }
}
