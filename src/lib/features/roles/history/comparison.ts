import type { Action, CatalogueIndex } from '$lib/core/access/catalogue';
import type { Tick } from '$lib/ui/tick-strip-path';

/** Difference of a permission, going from the earlier of two snapshots to the later one. */
export type Mark = 'added' | 'removed';

export type ComparedAction = {
  id: string;
  label: string;
  /** Null for what the catalogue no longer knows. */
  action: Action | null;
  held: boolean;
  mark: Mark | null;
};

export type ComparedBranch = {
  id: string;
  label: string;
  held: number;
  size: number;
  added: number;
  removed: number;
};
export type ComparedGroup = ComparedBranch & { actions: ComparedAction[] };
export type ComparedArea = ComparedBranch & { groups: ComparedGroup[]; ticks: Tick[][] };

/** The id of the area that gathers what the catalogue no longer knows. */
export const LOST = 'lost';

type Sides = {
  /** The role as it is shown: its ticks. */
  shown: ReadonlySet<string>;
  earlier: ReadonlySet<string>;
  later: ReadonlySet<string>;
};

/** Lays a role out as areas and groups, with what tells two snapshots apart. */
export function compareSnapshots({ catalogue, actions }: CatalogueIndex, sides: Sides): ComparedArea[] {
  const compared = (id: string, label: string, action: Action | null): ComparedAction => {
    const [before, after] = [sides.earlier.has(id), sides.later.has(id)];
    const mark = before === after ? null : after ? 'added' : 'removed';
    return { id, label, action, held: sides.shown.has(id), mark };
  };
  const areas = catalogue.areas.map(({ id, label, groups }) =>
    areaOf(
      id,
      label,
      groups.map((group) =>
        groupOf(
          group.id,
          group.label,
          group.actions.map((action) => compared(action.id, action.label, action))
        )
      )
    )
  );
  const lost = [...new Set([...sides.shown, ...sides.earlier, ...sides.later])].filter(
    (id) => !actions.has(id)
  );
  if (lost.length === 0) return areas;
  const rows = lost.sort().map((id) => compared(id, id, null));
  return [...areas, areaOf(LOST, 'No longer in the catalogue', [groupOf(LOST, 'No effect', rows)])];
}

function groupOf(id: string, label: string, actions: ComparedAction[]): ComparedGroup {
  const count = (fits: (action: ComparedAction) => boolean) => actions.filter(fits).length;
  return {
    id,
    label,
    actions,
    held: count((action) => action.held),
    size: actions.length,
    added: count((action) => action.mark === 'added'),
    removed: count((action) => action.mark === 'removed')
  };
}

function areaOf(id: string, label: string, groups: ComparedGroup[]): ComparedArea {
  const sum = (key: 'held' | 'size' | 'added' | 'removed') =>
    groups.reduce((total, group) => total + group[key], 0);
  const ticks = groups.map((group) =>
    group.actions.map(({ held, action }): Tick =>
      !held ? 'off' : action?.kind === 'destructive' ? 'danger' : 'on'
    )
  );
  return {
    id,
    label,
    groups,
    ticks,
    held: sum('held'),
    size: sum('size'),
    added: sum('added'),
    removed: sum('removed')
  };
}
