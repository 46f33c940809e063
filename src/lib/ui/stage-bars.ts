/** One area of the catalogue as the sign-in stage draws it. */
export type StageArea = {
  label: string;
  /** One string per group, one letter per action: r read, w write, d destructive; a capital is sensitive. */
  groups: readonly string[];
};

type CatalogueLike = readonly {
  label: string;
  groups: readonly {
    actions: readonly { kind: 'read' | 'write' | 'destructive'; sensitive?: boolean | undefined }[];
  }[];
}[];

/** Boils the catalogue's areas down to what the stage shows: half a kilobyte instead of a hundred. */
export function stageAreas(areas: CatalogueLike): StageArea[] {
  return areas.map((area) => ({
    label: area.label,
    groups: area.groups.map((group) =>
      group.actions
        .map((action) => (action.sensitive ? action.kind.charAt(0).toUpperCase() : action.kind.charAt(0)))
        .join('')
    )
  }));
}

const BAR = 6;
const PITCH = 10;
const GROUP_GAP = 12;
const HEIGHT = 36;
const TALL = { r: 10, w: 18, d: 28 } as const;

export type StagePaths = { width: number; r: string; w: string; d: string; sensitive: string };

/** The bars of one area as paths in a box 36 px high: height is the kind, a dot above is sensitive. */
export function stagePaths(groups: readonly string[]): StagePaths {
  const paths = { r: '', w: '', d: '', sensitive: '' };
  let x = 0;
  for (const group of groups) {
    for (const letter of group) {
      const kind = letter.toLowerCase();
      if (kind !== 'r' && kind !== 'w' && kind !== 'd') continue;
      const tall = TALL[kind];
      paths[kind] +=
        `M${x + 2} ${HEIGHT - tall}h${BAR - 4}a2 2 0 0 1 2 2v${tall - 4}a2 2 0 0 1-2 2h-${BAR - 4}a2 2 0 0 1-2-2v-${tall - 4}a2 2 0 0 1 2-2z`;
      if (kind !== letter) paths.sensitive += `M${x + 1} ${HEIGHT - tall - 5}a2 2 0 1 1 4 0a2 2 0 1 1-4 0z`;
      x += PITCH;
    }
    x += GROUP_GAP;
  }
  return { width: Math.max(0, x - GROUP_GAP - (PITCH - BAR)), ...paths };
}
