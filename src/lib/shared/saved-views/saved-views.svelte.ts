import { v4 as uuid } from 'uuid';
import { MOST_VIEWS_OF_LIST, type SavedViewList } from '$lib/core/saved-views';
import { api, isUnanswered, refusalOf } from '$lib/client/api/api';
import type { Refusal } from '$lib/core/access/refusal';

/** Filters of a list under a name: what its address says. */
export type SavedView = { name: string; view: SavedViewList; query: string };

/** Reason why nothing was changed. `full`: there are too many to keep another; `lost`: no answer came. */
export type NotChanged = 'full' | 'lost' | 'failed' | { refusal: Refusal };

/** All that is kept after a step; null: there would be too many. */
type Step = (views: readonly SavedView[]) => SavedView[] | null;

/** The filters that somebody keeps, of every list, the same on all their devices. */
export class SavedViews {
  /** Null while they are not known. */
  all = $state.raw<readonly SavedView[] | null>(null);
  #changing: Promise<unknown> = Promise.resolve();

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

  /** Keeps filters; those of the same name and list give way to them. */
  keep(added: SavedView): Promise<'done' | NotChanged> {
    return this.#change((views) => {
      const others = views.filter((each) => !isSame(each, added));
      if (others.filter(({ view }) => view === added.view).length >= MOST_VIEWS_OF_LIST) return null;
      return [...others, added];
    });
  }

  forget(view: SavedView): Promise<'done' | NotChanged> {
    return this.#change((views) => views.filter((each) => !isSame(each, view)));
  }

  /** One change after the other, each of what the one before left. */
  #change(step: Step): Promise<'done' | NotChanged> {
    const change = this.#changing.then(() => this.#take(step));
    this.#changing = change;
    return change;
  }

  /** Takes a step from what is kept now: all of it is written anew, also what another page or device added. */
  async #take(step: Step): Promise<'done' | NotChanged> {
    try {
      this.all = await api.log.filters.query();
      const views = step(this.all);
      if (views === null) return 'full';
      await api.log.keepFilters.mutate({ op: uuid(), filters: views });
      this.all = views;
      return 'done';
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal) return { refusal };
      return isUnanswered(error) ? 'lost' : 'failed';
    }
  }
}

function isSame(a: SavedView, b: SavedView): boolean {
  return a.name === b.name && a.view === b.view;
}
