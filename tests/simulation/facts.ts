import type * as Y from 'yjs';

/** Content of the database when all is at rest. */
export type StoredFacts = {
  logOrigin: string;
  roles: { id: string; name: string; description: string; seq: number; count: number; deleted: boolean }[];
  cells: { roleId: string; permissionId: string; on: boolean; seq: number }[];
  people: {
    id: string;
    name: string;
    roleId: string;
    status: string;
    caps: Record<string, unknown>;
    seq: number;
  }[];
  entries: { n: number; body: string }[];
  sequence: { seq: number; n: number; chain: string }[];
  pending: number;
  operations: { actor: string; op: string; answer: unknown }[];
  documents: ReadonlyMap<string, Y.Doc>;
};
