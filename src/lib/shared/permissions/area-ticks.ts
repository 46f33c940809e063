import type { CatalogueIndex } from '$lib/core/access/catalogue';
import type { Tick } from '$lib/ui/tick-strip-path';

export type AreaTicks = { id: string; label: string; groups: Tick[][]; held: number; size: number };

/** The tick strips of a set of permissions, area by area. */
export function areaTicks({ catalogue }: CatalogueIndex, held: ReadonlySet<string>): AreaTicks[] {
  return catalogue.areas.map(({ id, label, groups }) => {
    const actions = groups.flatMap((group) => group.actions);
    return {
      id,
      label,
      groups: groups.map((group) =>
        group.actions.map((action) =>
          !held.has(action.id) ? 'off' : action.kind === 'destructive' ? 'danger' : 'on'
        )
      ),
      held: actions.filter((action) => held.has(action.id)).length,
      size: actions.length
    };
  });
}
