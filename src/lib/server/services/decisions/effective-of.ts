import { hasBit } from '../../../core/access/decisions/permission-bits';
import type { Principal } from '../../../core/access/decisions/view';
import type { KnownAuthority } from './known-authority';

const NOTHING: ReadonlySet<string> = new Set();

type Holding = Pick<Principal, 'roleId' | 'owner'>;

/**
 * True if a subject holds a permission by its role, or, for what is kept for the owner, as the owner. Whether it
 * can act is not checked.
 */
export function holds(known: KnownAuthority, { roleId, owner }: Holding, permission: string): boolean {
  const place = known.places.get(permission);
  const role = known.role(roleId);
  if (place === undefined || !role || !hasBit(role.bits, place)) return false;
  return owner || !known.catalogue.ownerOnly.has(permission);
}

/** All that somebody holds in this sense. */
export function effectiveOf(known: KnownAuthority, principal: Holding): ReadonlySet<string> {
  const effective = known.role(principal.roleId)?.effective ?? NOTHING;
  if (!principal.owner) return effective;
  const kept = [...known.catalogue.ownerOnly].filter((id) => holds(known, principal, id));
  return new Set([...effective, ...kept]);
}
