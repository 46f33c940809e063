import { hasBit } from '../../../core/access/decisions/permission-bits';
import type { Principal } from '../../../core/access/decisions/view';
import type { KnownAuthority } from './known-authority';

const NOTHING: ReadonlySet<string> = new Set();

/** What somebody holds by their role, with what is kept for the owner where they are; whether they can act is not asked. */
export function effectiveOf(known: KnownAuthority, { roleId, owner }: Principal): ReadonlySet<string> {
  const role = known.role(roleId);
  if (!role) return NOTHING;
  if (!owner) return role.effective;
  const own = [...known.catalogue.ownerOnly].filter((id) => {
    const place = known.places.get(id);
    return place !== undefined && hasBit(role.bits, place);
  });
  return new Set([...role.effective, ...own]);
}
