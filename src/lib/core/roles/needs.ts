import type { CatalogueIndex } from '../access/catalogue';

/** A permission that is not ticked, and the ticked ones that make no sense without it, in catalogue order. */
export type UnmetNeed = { need: string; neededBy: string[] };

/** Needs of ticked permissions that the role lacks, in the order of who needs them first. A warning, never a rule. */
export function unmetNeeds(catalogue: CatalogueIndex, ticked: (id: string) => boolean): UnmetNeed[] {
  const unmet = new Map<string, string[]>();
  for (const { id, needs } of catalogue.actions.values()) {
    if (!needs || needs.length === 0 || !ticked(id)) continue;
    for (const need of needs) if (!ticked(need)) unmet.set(need, [...(unmet.get(need) ?? []), id]);
  }
  return [...unmet].map(([need, neededBy]) => ({ need, neededBy }));
}
