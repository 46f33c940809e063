import { timingSafeEqual } from 'node:crypto';
import { barredBy } from '../../../core/access/decisions/evaluate';
import type { SubjectKind } from '../../../core/access/decisions/view';
import { judgeKey, narrowed, type KeyHolding, type KeyProblem } from '../../../core/applications/keys';
import type { KeyParts } from '../../../core/applications/key-format';
import { sha256 } from '../../auth/token';
import type { AuthorityKey } from '../../db/tables/authority-table';
import { mayComeFrom, stepFor } from '../write-path/session-policy';
import { effectiveOf, holds } from './effective-of';
import type { KnownAuthority } from './known-authority';
import type { KeyHolder } from './known-users';

/** Holder of a key, and what the key may be used for now. */
export type AdmittedKey = {
  kind: SubjectKind;
  id: string;
  name: string;
  keyId: string;
  /** The key's public part. */
  kid: string;
  permissions: ReadonlySet<string>;
  /** Scopes of a personal key; null: an application's key, which is worth what its application may do. */
  scopes: ReadonlySet<string> | null;
  /** Calls a minute of its holder; null: as many as the installation allows. */
  perMinute: number | null;
};

/** Refusal of a key, with its holder if its secret was right. */
export type RefusedKey = { refused: KeyProblem; of: Pick<AdmittedKey, 'kind' | 'id'> | null };

/**
 * Judges a key in memory (APP-4): its secret in constant time, then itself, its holder and the address it comes from.
 * @param parts null: what was sent is no key, by its checksum
 * @returns with a refusal, whose key it is; null: of nobody that is known
 * @param ip of the client; null: not known
 * @param now in milliseconds of the epoch
 */
export function admitKey(
  known: KnownAuthority,
  parts: KeyParts | null,
  ip: string | null,
  now: number
): RefusedKey | AdmittedKey {
  const key = parts ? known.key(parts.kid) : undefined;
  if (!parts || !key || !timingSafeEqual(sha256(parts.secret), hashOf(key)))
    return { refused: 'unknown', of: null };
  const holder = known.keyHolder(key);
  const refused = judgeKey(key, holder ? holdingOf(known, holder, ip, now) : null, now);
  if (refused !== null || !holder) return { refused: refused ?? 'revoked', of: holder?.principal ?? null };
  const { kind, id, name } = holder.principal;
  return {
    kind,
    id,
    name,
    keyId: key.id,
    kid: key.kid,
    permissions: permissionsOf(known, key, holder),
    scopes: key.permissions && new Set(key.permissions),
    perMinute: holder.perMinute
  };
}

/** Bytes of the hashes of known keys: a key that was read anew is another object. */
const hashes = new WeakMap<AuthorityKey, Buffer>();

function hashOf(key: AuthorityKey): Buffer {
  const known = hashes.get(key);
  if (known) return known;
  const bytes = Buffer.from(key.secretHash, 'hex');
  hashes.set(key, bytes);
  return bytes;
}

function holdingOf(known: KnownAuthority, holder: KeyHolder, ip: string | null, now: number): KeyHolding {
  const { principal, allowlist } = holder;
  return {
    isGone: principal.kind === 'application' && principal.status === 'closed',
    isSuspended: barredBy(principal, now).length > 0 || lacksFactor(known, holder),
    isFromAllowed: mayComeFrom(allowlist, ip)
  };
}

/**
 * True if a second factor is required of somebody who has none (AUT-2): procedures refuse their key for it
 * (write-path/principal), and a key must not be worth more elsewhere.
 */
function lacksFactor(known: KnownAuthority, { principal, asked }: KeyHolder): boolean {
  if (!asked) return false;
  const { platform2fa } = known;
  const role = known.role(principal.roleId)?.asks;
  const rules = { role, platform2fa, aal: asked.twoFactor ? 2 : 1 } as const;
  return stepFor({ ...asked, activationExpiresAt: null }, rules) !== 'ready';
}

/** Today's: of the role, and of a personal key no more than it was made for (APP-5). */
function permissionsOf(
  known: KnownAuthority,
  key: AuthorityKey,
  { principal }: KeyHolder
): ReadonlySet<string> {
  if (key.permissions === null) return effectiveOf(known, principal);
  const { forUsers } = known.catalogue;
  return narrowed(
    key.permissions,
    (id) => holds(known, principal, id) && (principal.kind !== 'user' || forUsers.has(id))
  );
}
