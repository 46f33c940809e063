import { effectivePermissions, isSuperAdministrator } from '../access';
import type { CatalogueIndex } from '../catalogue';

/** Entry of the log, as far as it can change what somebody may do. */
export type AccessEntry = {
  action: string;
  target: { type: string; id: string };
  change: readonly { path: string; old: unknown; new: unknown }[];
};

/** State of somebody's access at one moment: taken back entry by entry, in place. */
export type AccessMoment = {
  id: string;
  /** Null: nobody, before the account was made; of a user, whose package says it. */
  roleId: string | null;
  /**
   * The package of a user, and which role each of those it had gives. Null of all others, and before the account was
   * made.
   */
  packageId: string | null;
  packages: Map<string, string | null>;
  owner: boolean;
  /** Grants of each role, as stored; of Super Administrator nothing is stored. */
  roles: Map<string, Set<string>>;
};

/** Effect of one entry on somebody, in the catalogue's order. */
export type AccessStep = {
  gained: string[];
  lost: string[];
  /** `stopped`: from here on none of it could be used; `resumed`: it could again; null: neither. */
  use: 'stopped' | 'resumed' | null;
};

const STOPS = new Set(['suspended', 'deactivated', 'deleted', 'closing', 'closed']);
const RESUMES = new Set(['reactivated', 'rescued']);

/**
 * Takes an entry back: `moment` is then what it was before it (DEC-7). Entries come newest first, each of whoever
 * is meant, of the roles they had, or of the ownership. Judged by today's catalogue: what it no longer knows,
 * nobody holds (ROL-11).
 * @returns what the entry meant; null: nothing for this principal
 */
export function takeBack(
  catalogue: CatalogueIndex,
  moment: AccessMoment,
  entry: AccessEntry
): AccessStep | null {
  const { action, target, change } = entry;
  const after = heldAt(catalogue, moment);
  const concerns =
    target.id === moment.id ||
    (isRole(target) && target.id === roleOf(moment)) ||
    (target.type === 'package' && target.id === moment.packageId);
  undo(moment, entry);
  if (!concerns && action !== 'ownership.transferred') return null;
  const before = heldAt(catalogue, moment);
  const step: AccessStep = {
    gained: [...after].filter((id) => !before.has(id)),
    lost: [...before].filter((id) => !after.has(id)),
    use: target.id === moment.id ? useAfter(action) : null
  };
  const moved =
    target.id === moment.id && change.some(({ path }) => path === 'roleId' || path === 'packageId');
  return moved || step.use || step.gained.length > 0 || step.lost.length > 0 ? step : null;
}

/** Permissions held at this moment, whether or not they could be used. */
export function heldAt(catalogue: CatalogueIndex, moment: AccessMoment): ReadonlySet<string> {
  const { owner, roles } = moment;
  const roleId = roleOf(moment);
  if (roleId === null) return NOTHING;
  const ids = roles.get(roleId) ?? NOTHING;
  const grants = isSuperAdministrator(roleId) ? ({ all: true } as const) : ({ all: false, ids } as const);
  const held = effectivePermissions(catalogue, grants, owner);
  return new Set(catalogue.ids.filter((id) => held.has(id)));
}

/** The roles, or packages, that entries about somebody name: whose own entries must be taken back, too. */
export function idsNamed(entries: readonly AccessEntry[], field: 'roleId' | 'packageId'): string[] {
  const named = entries
    .flatMap(({ change }) => change.filter(({ path }) => path === field))
    .flatMap((step) => [step.old, step.new]);
  return [...new Set(named.filter((id) => typeof id === 'string'))];
}

/** The role that somebody has: of a user, its package's. */
function roleOf({ roleId, packageId, packages }: AccessMoment): string | null {
  return packageId === null ? roleId : (packages.get(packageId) ?? null);
}

function isRole({ type }: AccessEntry['target']): boolean {
  return type === 'role' || type === 'user_role';
}

const NOTHING: ReadonlySet<string> = new Set();

function undo(moment: AccessMoment, { action, target, change }: AccessEntry): void {
  if (isRole(target)) {
    const role = moment.roles.get(target.id);
    for (const { path, old, new: value } of change) {
      if (!role || path !== 'permissions') continue;
      for (const id of listOf(value)) role.delete(id);
      for (const id of listOf(old)) role.add(id);
    }
  } else if (action === 'ownership.transferred') {
    const owner = change.find(({ path }) => path === 'owner');
    if (owner?.new === moment.id) moment.owner = false;
    if (owner?.old === moment.id) moment.owner = true;
  } else if (target.id === moment.id) {
    const role = change.find(({ path }) => path === 'roleId');
    if (role) moment.roleId = typeof role.old === 'string' ? role.old : null;
    const of = change.find(({ path }) => path === 'packageId');
    if (of) moment.packageId = typeof of.old === 'string' ? of.old : null;
    if (action.endsWith('.created')) moment.roleId = moment.packageId = null;
  } else if (target.type === 'package') {
    const role = change.find(({ path }) => path === 'roleId');
    if (role) moment.packages.set(target.id, typeof role.old === 'string' ? role.old : null);
  }
}

function useAfter(action: string): AccessStep['use'] {
  const step = action.slice(action.indexOf('.') + 1);
  return STOPS.has(step) ? 'stopped' : RESUMES.has(step) ? 'resumed' : null;
}

// A deletion says how many permissions went with the role: that is no list.
function listOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((id) => typeof id === 'string') : [];
}
