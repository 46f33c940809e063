import type { CatalogueIndex } from '../access/catalogue';

/** Changes that a catalogue after a role's last review means for it, in catalogue order (ROL-11). */
export type CatalogueNews = {
  /** Actions that it brought and that the role does not grant. */
  added: string[];
  /** Permissions that the role lists and the catalogue no longer has: they grant nothing. */
  lost: string[];
};

/**
 * News for a role since it was reviewed.
 * @param reviewed version of the catalogue at the last review
 * @param granted what the role lists
 */
export function catalogueNews(
  catalogue: CatalogueIndex,
  reviewed: number,
  granted: ReadonlySet<string>
): CatalogueNews {
  const added: string[] = [];
  for (const { id, since } of catalogue.actions.values())
    if (since !== undefined && since > reviewed && !granted.has(id)) added.push(id);
  return { added, lost: [...granted].filter((id) => !catalogue.actions.has(id)).sort() };
}
