import { idInRef, type RecordRef } from '../core/records';
import type { RoleKind } from '../core/roles/role-kinds';

// Read by pages too: no schema library here, it would be a third of what they load.

/** The documents at `/sync/<doc>`. Flat cells, written by the server alone. */
export type DocumentName = (typeof LISTS)[number] | (typeof VOLATILE)[number] | RecordRef<'role'>;

/** The path prefix of the y-websocket endpoint. */
export const SYNC_PATH = '/sync';

/** Ids of roles: those that ship are words, those made here are UUIDs. */
export const ROLE_ID = /^[a-z0-9][a-z0-9_-]{0,63}$/;

/** Parses the last part of the path of an upgrade; null when no document can have that name. */
export function parseDocumentName(name: string): DocumentName | null {
  if (isList(name) || isVolatile(name)) return name;
  const role = idInRef(name, 'role');
  return role !== null && ROLE_ID.test(role) ? `role:${role}` : null;
}

/** The document that lists the roles of a kind. */
export const ROLE_LISTS = { administrator: 'roles', user: 'userRoles' } as const satisfies Record<
  RoleKind,
  string
>;

const LISTS = [
  'roles',
  'userRoles',
  'people',
  'applications',
  'users',
  'packages',
  'feed',
  'settings'
] as const;

/**
 * Documents that move all the time: made from rows while somebody reads them, kept by no database and no device.
 * `own` is another one for each person.
 */
const VOLATILE = ['gauges', 'own'] as const;

export function isVolatile(name: string): name is (typeof VOLATILE)[number] {
  return VOLATILE.some((each) => each === name);
}

function isList(name: string): name is (typeof LISTS)[number] {
  return LISTS.some((list) => list === name);
}

/** The role a `role:<id>` document shows; null for the other documents. */
export function roleOfDocument(name: DocumentName): string | null {
  return idInRef(name, 'role');
}
