import type { CatalogueIndex } from '../catalogue';
import type { Grants } from '../access';

/** Permissions as bits over the catalogue's order: bit n of word n / 32 is the catalogue's nth action. */
export type PermissionBits = Uint32Array;

const WORD = 32;

/** Each action's place in the catalogue's order. */
export function placesOf(catalogue: CatalogueIndex): ReadonlyMap<string, number> {
  return new Map(catalogue.ids.map((id, place) => [id, place]));
}

/**
 * Bits of what a role grants. Ids that the catalogue does not know have no place: a removed action is denied
 * (ROL-11).
 */
export function bitsOf(places: ReadonlyMap<string, number>, grants: Grants): PermissionBits {
  const bits = new Uint32Array(Math.ceil(places.size / WORD));
  for (const id of grants.all ? places.keys() : grants.ids) {
    const place = places.get(id);
    if (place !== undefined) bits[Math.floor(place / WORD)]! |= 1 << (place % WORD);
  }
  return bits;
}

export function hasBit(bits: PermissionBits, place: number): boolean {
  return ((bits[Math.floor(place / WORD)] ?? 0) & (1 << (place % WORD))) !== 0;
}
