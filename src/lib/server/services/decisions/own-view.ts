import type { CatalogueIndex } from '../../../core/access/catalogue';
import { placesOf } from '../../../core/access/decisions/permission-bits';
import type { DecisionView } from '../../../core/access/decisions/view';
import { catalogueFor } from '../../../core/roles/role-kinds';
import type { KnownAuthority } from './known-authority';

/** View that decisions for whoever asks are made from; `isOwn`: it holds nobody but them. */
export type ProgramView = DecisionView & { readonly isOwn: boolean; readonly revision: number };

/** All there is, for programs of staff. */
export function wholeView(known: KnownAuthority): ProgramView {
  return {
    isOwn: false,
    revision: known.revision,
    catalogue: known.catalogue,
    places: known.places,
    pause: known.pause,
    principal: (kind, id) => known.principal(kind, id),
    byEmail: (kind, email) => known.byEmail(kind, email),
    role: (id) => known.role(id)
  };
}

/** One user as it may ask about itself (TEN-3): nobody else is there, and no permission that is not for users. */
export function ownView(known: KnownAuthority, userId: string): ProgramView {
  const self = known.principal('user', userId);
  const { catalogue, places } = catalogueOfUsers(known);
  return {
    isOwn: true,
    revision: known.revision,
    catalogue,
    places,
    pause: known.pause,
    principal: (kind, id) => (kind === 'user' && id === userId ? self : undefined),
    byEmail: (kind, email) => (kind === 'user' && self?.email === email ? self : undefined),
    role: (id) => (id === self?.roleId ? known.role(id) : undefined)
  };
}

type OfUsers = { catalogue: CatalogueIndex; places: ReadonlyMap<string, number> };
const made = new WeakMap<CatalogueIndex, OfUsers>();

/** The part of the catalogue that is for users, at the places that it has in the whole one. */
function catalogueOfUsers({ catalogue }: KnownAuthority): OfUsers {
  const before = made.get(catalogue);
  if (before) return before;
  const places = new Map([...placesOf(catalogue)].filter(([id]) => catalogue.forUsers.has(id)));
  const ofUsers = { catalogue: catalogueFor('user', catalogue), places };
  made.set(catalogue, ofUsers);
  return ofUsers;
}
