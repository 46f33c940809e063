import { v4 as uuid } from 'uuid';
import { MOST_VIEWS_OF_LIST, type SavedViewList } from '$lib/core/saved-views';
import { api } from '$lib/client/api/api';

/** Filters of a list under a name: what its address says. */
export type SavedView = { name: string; view: SavedViewList; query: string };

/** The filters that somebody keeps, of every list, the same on all their devices. */
export class SavedViews {
  /** Null while they are not known. */
  all = $state.raw<readonly SavedView[] | null>(null);

  async load(): Promise<void> {
    try {
      this.all = await api.log.filters.query();
    } catch {
      // Asked for again with the next contact; until then there is nothing to choose from.
    }
  }

  of(list: SavedViewList): SavedView[] {
    return (this.all ?? []).filter(({ view }) => view === list);
  }

  /** Keeps filters; those of the same name and list give way to them. `full`: there are too many to keep these. */
  async keep(added: SavedView): Promise<'kept' | 'full' | 'failed'> {
    const others = (this.all ?? []).filter(({ name, view }) => name !== added.name || view !== added.view);
    if (others.filter(({ view }) => view === added.view).length >= MOST_VIEWS_OF_LIST) return 'full';
    return (await this.#write([...others, added])) ? 'kept' : 'failed';
  }

  forget(view: SavedView): Promise<boolean> {
    return this.#write((this.all ?? []).filter((each) => each !== view));
  }

  async #write(views: SavedView[]): Promise<boolean> {
    try {
      await api.log.keepFilters.mutate({ op: uuid(), filters: views });
      this.all = views;
      return true;
    } catch {
      return false;
    }
  }
}
