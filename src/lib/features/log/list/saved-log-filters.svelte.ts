import { v4 as uuid } from 'uuid';
import { api } from '$lib/client/api/api';
import type { LogView } from './log-query';

/** A filter under a name: what its address says. */
export type SavedLogFilter = { name: string; view: LogView; query: string };

const MOST = 30;

/** The filters that somebody keeps, the same on all their devices. */
export class SavedLogFilters {
  /** Null while they are not known. */
  all = $state.raw<readonly SavedLogFilter[] | null>(null);

  async load(): Promise<void> {
    try {
      this.all = await api.log.filters.query();
    } catch {
      // Asked for again with the next contact; until then there is nothing to choose from.
    }
  }

  of(view: LogView): SavedLogFilter[] {
    return (this.all ?? []).filter((filter) => filter.view === view);
  }

  /** Keeps a filter; one of the same name gives way to it. @returns whether it was kept */
  keep(filter: SavedLogFilter): Promise<boolean> {
    const others = (this.all ?? []).filter(({ name, view }) => name !== filter.name || view !== filter.view);
    return this.#write([...others, filter].slice(-MOST));
  }

  forget(filter: SavedLogFilter): Promise<boolean> {
    return this.#write((this.all ?? []).filter((each) => each !== filter));
  }

  async #write(filters: SavedLogFilter[]): Promise<boolean> {
    try {
      await api.log.keepFilters.mutate({ op: uuid(), filters });
      this.all = filters;
      return true;
    } catch {
      return false;
    }
  }
}
