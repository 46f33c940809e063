import type { Actor } from '../../src/lib/core/access/access';
import { indexCatalogue } from '../../src/lib/core/access/catalogue';
import { decideRoleEdit, type Cell, type RoleEdit, type RoleState } from '../../src/lib/core/roles/roles';
import { smallCatalogue } from './small-catalogue';

// A role, whoever changes it, and what they ask for, in tests of what is decided about roles.

export const IDS = ['x.a', 'x.b', 'x.c', 'people.roles.require_2fa', 'people.roles.assign', 'own.only'];
export const catalogue = indexCatalogue(smallCatalogue(IDS, { ownerOnly: 'own.only' }));

export const AT = '2026-11-22T08:00:00.000Z';
export const cell = (on: boolean, version: number): Cell => ({ on, version, by: 'Priya', at: AT });
export const versioned = <T>(value: T, version = 1) => ({ value, version, by: 'Priya', at: AT });

export function role(change: Partial<RoleState> = {}): RoleState {
  return {
    id: 'target',
    kind: 'administrator',
    locked: false,
    version: 10,
    name: versioned('Target'),
    description: versioned('What it is for'),
    require2fa: versioned(false),
    require2faFrom: null,
    hasMembers: false,
    heldByOwner: false,
    effective: new Set(['x.a']),
    ...change
  };
}

export function actor(permissions: string[], change: Partial<Actor> = {}): Actor {
  return { id: 'me', name: 'Me', owner: false, roleId: 'mine', permissions: new Set(permissions), ...change };
}

export function edit(
  change: Partial<RoleEdit>,
  options: { by?: Actor; of?: RoleState; cells?: [string, Cell][] } = {}
) {
  return decideRoleEdit(
    catalogue,
    options.by ?? actor(['x.a', 'x.b', 'x.c', 'people.roles.require_2fa']),
    options.of ?? role(),
    new Map(options.cells ?? []),
    { seen: 10, grant: [], revoke: [], ...change }
  );
}

export const NOTHING = { granted: [], revoked: [], fields: {}, parts: [] };
