import type { CatalogueIndex } from '../../../core/access/catalogue';

/** Permissions in catalogue order; what the catalogue no longer knows comes last. */
export function inCatalogueOrder(catalogue: CatalogueIndex, ids: ReadonlySet<string>): string[] {
  const removed = [...ids].filter((id) => !catalogue.actions.has(id)).sort();
  return [...catalogue.ids.filter((id) => ids.has(id)), ...removed];
}
