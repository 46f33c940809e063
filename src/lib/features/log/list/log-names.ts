import type { Session } from '$lib/client/session/session.svelte';
import { actionChoices, actionLabel } from '$lib/core/wording/actions';
import { permissionName } from '$lib/core/wording/permissions';
import type { ListedEntry } from '$lib/shared/feed/listed-view';
import type { Directory } from '$lib/shared/indexes/directory.svelte';
import type { RoleIndex } from '$lib/shared/indexes/role-index.svelte';
import { filterChips, type FilterChip, type FilterChoice, type FilterChoices } from './filter-choices';
import type { LogFilter, LogView } from './log-query';

/** The names of people, roles and permissions that a page of the log knows. */
export class LogNames {
  readonly #session: Session;
  readonly #directory: Directory;
  readonly #roleIndex: RoleIndex;

  constructor(session: Session, directory: Directory, roleIndex: RoleIndex) {
    this.#session = session;
    this.#directory = directory;
    this.#roleIndex = roleIndex;
  }

  /** Name of a permission; an id that is not in the catalogue is its own name. */
  permission(id: string): string {
    const { catalogue } = this.#session;
    return catalogue.actions.has(id) ? permissionName(catalogue, id) : id;
  }

  /** Choices for the filters of a view, by name. */
  choices(view: LogView): FilterChoices {
    const people = this.#directory.people?.list.all() ?? [];
    const byName = (a: { label: string }, b: { label: string }) => a.label.localeCompare(b.label);
    const actor = people.map(({ id, name, email }) => ({ value: id, label: name, hint: email })).sort(byName);
    const roles = this.#roleIndex.all().map(({ id, name }) => ({ value: id, label: name, hint: 'Role' }));
    const named = people.map(({ id, name }) => ({ value: id, label: name, hint: 'Person' }));
    return {
      actor,
      action: actionChoices(view),
      target: [...roles, ...named].sort(byName),
      permission: view === 'activity' ? this.#permissions() : []
    };
  }

  /** The filters that are set. Nobody may know a name here; the entries themselves do. */
  chips(filter: LogFilter, entries: readonly ListedEntry[]): FilterChip[] {
    return filterChips(filter, {
      person: (id) => this.#person(id) ?? entries.find((each) => each.actor.id === id)?.actor.name ?? null,
      action: actionLabel,
      permission: (id) => this.permission(id),
      target: (id) =>
        this.#roleIndex.summary(id)?.name ??
        this.#person(id) ??
        entries.find((each) => each.target.id === id)?.target.name ??
        null
    });
  }

  #permissions(): FilterChoice[] {
    const { catalogue } = this.#session;
    return catalogue.ids.map((id) => ({ value: id, label: permissionName(catalogue, id) }));
  }

  #person(id: string): string | null {
    return this.#directory.people?.list.get(id)?.name ?? null;
  }
}
