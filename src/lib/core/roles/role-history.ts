import type { AuditAction } from '../log/actions';
import type { FieldValue } from '../access/refusal';

/** The actions of the log that make a version of a role: one of them, in one transaction, is one version. */
export const ROLE_VERSION_ACTIONS = [
  'role.seeded',
  'role.created',
  'role.edited',
  'role.deleted'
] as const satisfies readonly AuditAction[];

export type RoleVersionAction = (typeof ROLE_VERSION_ACTIONS)[number];

/** The fields of a role that have a history, besides its permissions. */
export const ROLE_FIELDS = ['name', 'description', 'require2fa'] as const;

export type RoleField = (typeof ROLE_FIELDS)[number];
export type RoleFields = { name: string; description: string; require2fa: boolean };
export type FieldChange = { field: RoleField; old: FieldValue; new: FieldValue };

/** Entry of the log about a role, as far as its history reads it. */
export type RoleEntry = {
  at: string;
  action: RoleVersionAction;
  by: { id: string | null; name: string | null };
  change: readonly { path: string; old: unknown; new: unknown }[];
};

/** Version of a role: what it changed, who did it and when. */
export type RoleVersion = {
  seq: number;
  at: string;
  by: { id: string | null; name: string };
  action: RoleVersionAction;
  granted: string[];
  revoked: string[];
  fields: FieldChange[];
  /** The role whose permissions were copied into a new one. */
  from: string | null;
  /** The version that was restored. */
  restored: number | null;
  /** Mark that what a new version of the catalogue brought was looked through. */
  reviewed?: true;
};

/** A role at one moment. */
export type RoleContents = RoleFields & { permissions: ReadonlySet<string> };

/** Difference between two moments: what must be granted, revoked and set to make one of the other. */
export type RoleDifference = { granted: string[]; revoked: string[]; fields: Partial<RoleFields> };

/**
 * Puts the entries of one change together, oldest first: a list too long for one entry was split over several.
 * @throws RangeError without an entry
 */
export function versionOf(entries: readonly RoleEntry[], seq: number): RoleVersion {
  const [first] = entries;
  if (!first) throw new RangeError('a version of a role without an entry');
  const changes = entries.flatMap((entry) => entry.change);
  const cells = changes.filter((change) => change.path === 'permissions');
  const noted = (path: string) => changes.find((change) => change.path === path)?.new;
  const from = noted('from');
  const restored = noted('version');
  return {
    seq,
    at: first.at,
    by: { id: first.by.id, name: first.by.name ?? '' },
    action: first.action,
    granted: cells.flatMap((change) => ids(change.new)),
    revoked: cells.flatMap((change) => ids(change.old)),
    fields: changes.flatMap(({ path, old, new: value }) => {
      const field = ROLE_FIELDS.find((each) => each === path);
      return field ? [{ field, old: fieldValue(old), new: fieldValue(value) }] : [];
    }),
    from: typeof from === 'string' ? from : null,
    restored: typeof restored === 'number' ? restored : null,
    ...(noted('reviewedCatalogue') === undefined ? {} : { reviewed: true })
  };
}

/**
 * True if a version is exactly the reverse of the one before it, by the same person: an undo, however it was made.
 * Only of permissions; a field that is set back is told as what it is set to.
 */
export function undoes(version: RoleVersion, before: RoleVersion): boolean {
  const same = (a: readonly string[], b: readonly string[]) =>
    a.length === b.length && a.every((id) => b.includes(id));
  const edits = [version, before].every(
    ({ action, fields, restored }) => action === 'role.edited' && fields.length === 0 && restored === null
  );
  return (
    edits &&
    version.seq === before.seq + 1 &&
    version.by.id === before.by.id &&
    version.granted.length + version.revoked.length > 0 &&
    same(version.granted, before.revoked) &&
    same(version.revoked, before.granted)
  );
}

/** A role being taken back version by version: changed in place, since a walk may be thousands of versions long. */
export type Rewound = RoleFields & { permissions: Set<string> };

/** Takes one version back: `role` is then what it was before it. */
export function rewind(role: Rewound, version: RoleVersion): void {
  for (const id of version.granted) role.permissions.delete(id);
  for (const id of version.revoked) role.permissions.add(id);
  for (const { field, old } of version.fields) {
    if (field === 'require2fa') {
      if (typeof old === 'boolean') role.require2fa = old;
    } else if (typeof old === 'string') role[field] = old;
  }
}

/** Difference that makes `to` of `from`, in the order in which the permissions stand in either. */
export function differenceBetween(from: RoleContents, to: RoleContents): RoleDifference {
  return {
    granted: [...to.permissions].filter((id) => !from.permissions.has(id)),
    revoked: [...from.permissions].filter((id) => !to.permissions.has(id)),
    fields: {
      ...(from.name === to.name ? {} : { name: to.name }),
      ...(from.description === to.description ? {} : { description: to.description }),
      ...(from.require2fa === to.require2fa ? {} : { require2fa: to.require2fa })
    }
  };
}

// A deletion says how many permissions went with the role, and Super Administrator holds `*`: neither is a list.
function ids(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((id) => typeof id === 'string') : [];
}

function fieldValue(value: unknown): FieldValue {
  return typeof value === 'string' || typeof value === 'boolean' ? value : null;
}
