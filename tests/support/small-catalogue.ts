import type { Catalogue, ReadyMadeRole } from '../../src/lib/core/access/catalogue';

type More = {
  /** A permission that is effective for the owner alone. */
  ownerOnly?: string;
  roles?: ReadyMadeRole[];
};

/** A catalogue of these permissions alone, in one group, each of which changes something. */
export function smallCatalogue(ids: readonly string[], { ownerOnly, roles = [] }: More = {}): Catalogue {
  const actions = ids.map((id) => ({ id, label: id, kind: 'write' as const, ownerOnly: id === ownerOnly }));
  const groups = [{ id: 'all.g', label: 'G', actions }];
  return { version: 1, areas: [{ id: 'all', label: 'All', groups }], roles };
}
