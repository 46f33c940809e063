import { timingSafeEqual } from 'node:crypto';
import { barredBy } from '../../../core/access/decisions/evaluate';
import { hasBit } from '../../../core/access/decisions/permission-bits';
import { keyProblem, type KeyProblem } from '../../../core/applications/keys';
import { parseKey } from '../../../core/applications/key-format';
import { sha256 } from '../../auth/token';
import type { AuthorityKey } from '../../db/tables/authority-table';
import { mayComeFrom } from '../write-path/session-policy';
import type { KeyHolder, KnownAuthority } from './known-authority';

/** Whose key it is, and what it may be used for now. */
export type AdmittedKey = {
  kind: 'application' | 'administrator';
  id: string;
  name: string;
  keyId: string;
  /** The key's public part. */
  kid: string;
  permissions: ReadonlySet<string>;
  /** What a personal key is narrowed to; null: an application's, which is worth what its application may do. */
  scopes: ReadonlySet<string> | null;
  /** Calls a minute of its holder; null: as many as the installation allows. */
  perMinute: number | null;
};

const NOTHING: ReadonlySet<string> = new Set();

/**
 * Judges a key in memory (APP-4): its checksum before anything is looked up, its secret in constant time, then itself, its holder and
 * the address it comes from.
 * @param ip of the client; null: not known
 * @param now in milliseconds of the epoch
 */
export function admitKey(
  known: KnownAuthority,
  text: string,
  ip: string | null,
  now: number
): { refused: KeyProblem } | AdmittedKey {
  const parts = parseKey(text);
  const key = parts ? known.key(parts.kid) : undefined;
  if (!parts || !key || !timingSafeEqual(sha256(parts.secret), Buffer.from(key.secretHash, 'hex')))
    return { refused: 'unknown' };
  const holder = known.keyHolder(key);
  const refused = keyProblem(key, now) ?? judgeHolder(holder, ip, now);
  if (refused !== null || !holder) return { refused: refused ?? 'revoked' };
  const { kind, id, name } = holder.principal;
  return {
    kind: kind === 'application' ? 'application' : 'administrator',
    id,
    name,
    keyId: key.id,
    kid: key.kid,
    permissions: permissionsOf(known, key, holder),
    scopes: key.permissions && new Set(key.permissions),
    perMinute: holder.perMinute
  };
}

function judgeHolder(holder: KeyHolder | undefined, ip: string | null, now: number): KeyProblem | null {
  if (!holder) return 'revoked';
  const { principal, allowlist } = holder;
  if (principal.kind === 'application' && principal.status === 'closed') return 'revoked';
  if (barredBy(principal, now).length > 0) return 'suspended';
  return mayComeFrom(allowlist, ip) ? null : 'address';
}

/** Today's: of the role, and of a personal key no more than it was made for (APP-5). */
function permissionsOf(
  known: KnownAuthority,
  key: AuthorityKey,
  { principal }: KeyHolder
): ReadonlySet<string> {
  const role = known.role(principal.roleId);
  if (!role) return NOTHING;
  if (key.permissions === null) return role.effective;
  const { owner } = principal;
  return new Set(
    key.permissions.filter((id) => {
      const place = known.places.get(id);
      return place !== undefined && hasBit(role.bits, place) && (owner || !known.catalogue.ownerOnly.has(id));
    })
  );
}
