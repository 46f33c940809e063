import { api } from './api';

export type PersonLogEntry = Awaited<ReturnType<typeof api.log.list.query>>['entries'][number];
type View = 'authentication' | 'activity';

const MOST = 20;

/** The newest entries of the log that somebody wrote or that are about them (ADM-9). */
export class PersonLog {
  /** Null while it is not known. */
  entries = $state.raw<readonly PersonLogEntry[] | null>(null);
  failed = $state(false);
  readonly #id: string;
  #asked = 0;

  constructor(id: string) {
    this.#id = id;
  }

  /** @param views what the reader may see of the log */
  async load(views: readonly View[]): Promise<void> {
    const asked = ++this.#asked;
    try {
      const pages = await Promise.all(
        views.flatMap((view) => [
          api.log.list.query({ view, actor: this.#id, limit: MOST }),
          api.log.list.query({ view, target: this.#id, limit: MOST })
        ])
      );
      if (asked !== this.#asked) return;
      const byId = new Map(pages.flatMap(({ entries }) => entries.map((entry) => [entry.id, entry])));
      this.entries = [...byId.values()].sort((a, b) => b.id - a.id).slice(0, MOST);
      this.failed = false;
    } catch {
      if (asked === this.#asked) this.failed = true;
    }
  }
}
