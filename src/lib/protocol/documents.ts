import { idInRef, type RecordRef } from '../core/records';

// Read by pages too: no schema library here, it would be a third of what they load.

/** The documents at `/sync/<doc>`. Flat cells, written by the server alone. */
export type DocumentName = 'roles' | 'people' | 'applications' | 'feed' | 'settings' | RecordRef<'role'>;

/** The path prefix of the y-websocket endpoint. */
export const SYNC_PATH = '/sync';

/** Ids of roles: those that ship are words, those made here are UUIDs. */
export const ROLE_ID = /^[a-z0-9][a-z0-9_-]{0,63}$/;

/** Parses the last part of the path of an upgrade; null when no document can have that name. */
export function parseDocumentName(name: string): DocumentName | null {
  if (isList(name)) return name;
  const role = idInRef(name, 'role');
  return role !== null && ROLE_ID.test(role) ? `role:${role}` : null;
}

const LISTS = ['roles', 'people', 'applications', 'feed', 'settings'] as const;

function isList(name: string): name is (typeof LISTS)[number] {
  return LISTS.some((list) => list === name);
}

/** The role a `role:<id>` document shows; null for the other documents. */
export function roleOfDocument(name: DocumentName): string | null {
  return idInRef(name, 'role');
}
