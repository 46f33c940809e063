import { api } from '$lib/client/api/api';
import { Loadable } from '$lib/client/api/loadable.svelte';
import { counted } from '$lib/ui/counted';

type UserRole = Awaited<ReturnType<typeof api.userRoles.list.query>>[number];

/** The roles that a package may have, as the server last said. */
export class UserRoleChoices {
  readonly #known = new Loadable<readonly UserRole[]>();

  async load(): Promise<void> {
    await this.#known.ask(() => api.userRoles.list.query());
  }

  /** @param current what a package has now: it is a choice whoever looks */
  choices(current: { id: string; name: string } | null): { value: string; label: string; hint?: string }[] {
    const known = (this.#known.value ?? []).map(({ id, name, count }) => {
      return {
        value: id,
        label: name,
        hint: count === 1 ? '1 permission' : `${counted(count)} permissions`
      };
    });
    if (current === null || known.some(({ value }) => value === current.id)) return known;
    return [{ value: current.id, label: current.name }, ...known];
  }
}
