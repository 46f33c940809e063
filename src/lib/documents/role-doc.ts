import type * as Y from 'yjs';
import type { RoleKind } from '../core/roles/role-kinds';
import type { PermissionCell } from './cells';

export type RoleHeader = {
  /** Whom it can be given to. */
  kind: RoleKind;
  name: string;
  description: string;
  require2fa: boolean;
  /** ISO time from which it is asked for; null: at once. */
  require2faFrom: string | null;
  locked: boolean;
  /** Version of the catalogue at the last review. */
  reviewedCatalogue: number;
  seq: number;
};

/** Reads the header of a `role:<id>` document; null before the first state arrived. */
export function readRoleHeader(doc: Y.Doc): RoleHeader | null {
  const role = doc.getMap('role');
  const seq = role.get('seq');
  if (typeof seq !== 'number') return null;
  return {
    // One of an older version of the program says nothing: there were none of users.
    kind: role.get('kind') === 'user' ? 'user' : 'administrator',
    name: String(role.get('name') ?? ''),
    description: String(role.get('description') ?? ''),
    require2fa: role.get('require2fa') === true,
    require2faFrom: (role.get('require2faFrom') as string | null | undefined) ?? null,
    locked: role.get('locked') === true,
    reviewedCatalogue: Number(role.get('reviewedCatalogue') ?? 1),
    seq
  };
}

/** The cells of a `role:<id>` document, by permission id. A permission without a cell was never granted. */
export function permissionCells(doc: Y.Doc): Y.Map<PermissionCell> {
  return doc.getMap<PermissionCell>('permissions');
}

/** The permissions in force, as the document says. */
export function readGranted(doc: Y.Doc): Set<string> {
  const granted = new Set<string>();
  permissionCells(doc).forEach((cell, id) => {
    if (cell.on) granted.add(id);
  });
  return granted;
}

/** Calls back with the ids of the cells that each transaction changed. Returns the function that stops it. */
export function observeCells(doc: Y.Doc, changed: (ids: Set<string>) => void): () => void {
  const cells = permissionCells(doc);
  const observer = (event: Y.YMapEvent<PermissionCell>) => changed(event.keysChanged);
  cells.observe(observer);
  return () => cells.unobserve(observer);
}
