import { createHash } from 'node:crypto';
import {
  SUBJECT_KINDS,
  type DecidingRole,
  type Principal,
  type SubjectKind
} from '../../../core/access/decisions/view';
import { SENDING_PERMISSIONS, type SendPause } from '../../../core/access/decisions/sending';
import type { CatalogueIndex } from '../../../core/access/catalogue';
import type { KnownAuthority } from './known-authority';

/** A role as another program decides by it. */
export type SnapshotRole = {
  id: string;
  name: string;
  /** Base64: the nth bit, from the lowest of the first byte on, is the nth of the catalogue's permissions. */
  bits: string;
};

/** A principal as another program decides about it: the fields of core's `Principal`. */
export type SnapshotPrincipal = Principal;

/** All that `evaluate` needs (DEC-5). */
export type Snapshot = {
  revision: number;
  catalogue: {
    /**
     * Hash of the permissions in their order, and which are kept for the owner or send: another one means that bits
     * mean something else.
     */
    hash: string;
    permissions: readonly string[];
    ownerOnly: string[];
    /** Permissions that send: a no while sending is paused. */
    sending: string[];
  };
  /** Everybody's sending is paused; null: it is not. */
  pause: SendPause | null;
  roles: SnapshotRole[];
  principals: SnapshotPrincipal[];
};

/** Changes from a revision on: whole records, and the ids of those that are no more. */
export type SnapshotChange = {
  revision: number;
  /** The catalogue's hash: bits that are counted by another one mean something else. */
  catalogue: string;
  /** The pause as it is now, whether it changed or not. */
  pause: SendPause | null;
  roles: SnapshotRole[];
  principals: SnapshotPrincipal[];
  gone: { roles: string[]; principals: { kind: SubjectKind; id: string }[] };
};

export function snapshotOf(known: KnownAuthority): Snapshot {
  return {
    revision: known.revision,
    catalogue: {
      hash: catalogueHash(known.catalogue),
      permissions: known.catalogue.ids,
      ownerOnly: [...known.catalogue.ownerOnly],
      sending: sendingIn(known.catalogue)
    },
    pause: known.pause,
    roles: known.roles().map(snapshotRole),
    principals: SUBJECT_KINDS.flatMap((kind) => known.principals(kind))
  };
}

/** The named records as they are now. */
export function changeOf(
  known: KnownAuthority,
  principals: readonly { kind: SubjectKind; id: string }[],
  roles: readonly string[]
): SnapshotChange {
  const change: SnapshotChange = {
    revision: known.revision,
    catalogue: catalogueHash(known.catalogue),
    pause: known.pause,
    roles: [],
    principals: [],
    gone: { roles: [], principals: [] }
  };
  for (const id of roles) {
    const role = known.role(id);
    if (role) change.roles.push(snapshotRole(role));
    else change.gone.roles.push(id);
  }
  for (const ref of principals) {
    const principal = known.principal(ref.kind, ref.id);
    if (principal) change.principals.push(principal);
    else change.gone.principals.push(ref);
  }
  return change;
}

function sendingIn({ ids }: CatalogueIndex): string[] {
  return ids.filter((id) => SENDING_PERMISSIONS.has(id));
}

function snapshotRole({ id, name, bits }: DecidingRole): SnapshotRole {
  const bytes = Buffer.alloc(bits.length * 4);
  bits.forEach((word, at) => bytes.writeUInt32LE(word, at * 4));
  return { id, name, bits: bytes.toString('base64') };
}

/** Every change that is sent says it, to every reader. */
const hashes = new WeakMap<CatalogueIndex, string>();

function catalogueHash(catalogue: CatalogueIndex): string {
  const known = hashes.get(catalogue);
  if (known !== undefined) return known;
  const text = JSON.stringify([catalogue.ids, [...catalogue.ownerOnly], sendingIn(catalogue)]);
  const hash = createHash('sha256').update(text).digest('hex');
  hashes.set(catalogue, hash);
  return hash;
}
