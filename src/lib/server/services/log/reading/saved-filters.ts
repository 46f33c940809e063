import { readSavedFilters, writeSavedFilters, type SavedFilter } from '../../../db/log/saved-filters-table';
import { ask } from '../../write-path/ask';
import type { Caller } from '../../write-path/caller';
import { defineCommand } from '../../write-path/define-command';
import type { Deps } from '../../write-path/deps';
import type { RefusalOr } from '../../write-path/refusal-or';

/** Filters that somebody kept: on the server, since they may name addresses, which no device keeps (P-01). */
export function savedFilters(deps: Deps, caller: Caller): Promise<RefusalOr<SavedFilter[]>> {
  return ask(deps, caller, { name: 'log.filters', permission: null }, async (actor) => ({
    answer: await readSavedFilters(deps.db, actor.id)
  }));
}

/** Keeps these filters in place of the ones before. It changes nothing that anybody else sees, and is no event. */
export const keepFilters = defineCommand('log.keepFilters', {
  target: () => ({ type: 'log', id: 'filters' }),
  async decide({ tx, actor }, { filters }) {
    await writeSavedFilters(tx, actor.id, filters);
    return { answer: { kept: filters.length }, events: [], affects: [] };
  }
});
