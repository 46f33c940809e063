import type { RoleKind } from '$lib/core/roles/role-kinds';
import { parseDocumentName, type DocumentName } from '$lib/protocol/documents';

/** A database of this origin, by its name: the one place that knows how they are called. */
export type DeviceDatabase =
  /**
   * This device's copy of a document; `roles`: of which kind the role is that it shows, who may keep it depends on
   * that.
   */
  | {
      kind: 'document';
      document: DocumentName;
      roles: RoleKind;
      epoch: string;
      personId: string;
      generation: string;
    }
  /** Last answers of the server on the person, the catalogue, and pages that were opened. */
  | { kind: 'memory'; personId: string }
  /** Edits that wait. They belong to their author until sent, also when somebody else signs in. */
  | { kind: 'outbox'; personId: string };

const MEMORY = 'rolecall-device|';
const OUTBOX = 'rolecall-outbox|';
const DOCUMENT = /^rolecall:(users\/)?([^@|]+)@([^|]+)\|([^|]+)\|([^|]+)$/;

export function databaseName(database: DeviceDatabase): string {
  switch (database.kind) {
    case 'memory':
      return `${MEMORY}${database.personId}`;
    case 'outbox':
      return `${OUTBOX}${database.personId}`;
    case 'document': {
      const { document, roles, epoch, personId, generation } = database;
      return `rolecall:${roles === 'user' ? 'users/' : ''}${document}@${epoch}|${personId}|${generation}`;
    }
  }
}

/** Null for what is not ours, and for documents in a spelling that no version in use writes: those are `'stale'`. */
export function parseDatabaseName(name: string): DeviceDatabase | 'stale' | null {
  if (name.startsWith(MEMORY)) return { kind: 'memory', personId: name.slice(MEMORY.length) };
  if (name.startsWith(OUTBOX)) return { kind: 'outbox', personId: name.slice(OUTBOX.length) };
  if (!name.startsWith('rolecall:')) return null;
  const [, users, document, epoch, personId, generation] = DOCUMENT.exec(name) ?? [];
  const known = document === undefined ? null : parseDocumentName(document);
  if (!known || !epoch || !personId || !generation) return 'stale';
  const roles = users === undefined ? 'administrator' : 'user';
  return { kind: 'document', document: known, roles, epoch, personId, generation };
}
