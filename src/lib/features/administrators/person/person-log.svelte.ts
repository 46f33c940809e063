import { api } from '$lib/client/api/api';
import { Loadable } from '$lib/client/api/loadable.svelte';

export type PersonLogEntry = Awaited<ReturnType<typeof api.log.list.query>>['entries'][number];
type View = 'authentication' | 'activity';

const MOST = 20;

/** The newest entries of the log that somebody wrote or that are about them (ADM-9). */
export class PersonLog {
  readonly #id: string;
  readonly #entries = new Loadable<readonly PersonLogEntry[]>();

  constructor(id: string) {
    this.#id = id;
  }

  /** Null while it is not known. */
  get entries(): readonly PersonLogEntry[] | null {
    return this.#entries.value;
  }

  get failed(): boolean {
    return this.#entries.problem !== null;
  }

  /** @param views what the reader may see of the log */
  async load(views: readonly View[]): Promise<void> {
    await this.#entries.ask(() => this.#newest(views));
  }

  async #newest(views: readonly View[]): Promise<PersonLogEntry[]> {
    const pages = await Promise.all(
      views.flatMap((view) => [
        api.log.list.query({ view, actor: this.#id, limit: MOST }),
        api.log.list.query({ view, target: this.#id, limit: MOST })
      ])
    );
    const byId = new Map(pages.flatMap(({ entries }) => entries.map((entry) => [entry.id, entry])));
    return [...byId.values()].sort((a, b) => b.id - a.id).slice(0, MOST);
  }
}
