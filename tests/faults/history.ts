/** Request of an editor, and what became of it: the checker's side of the story. */
export type Operation = {
  op: string;
  /** Id of the administrator. */
  by: string;
  kind: 'create' | 'edit' | 'delete';
  input: { id?: string; name?: string; permissions?: string[] };
  /** The answer, once there was one. */
  answer?: Answer;
  /** The code of the refusal, when that was the answer. */
  refused?: string;
  /** Every answer this operation ever got, as text: retries and duplicates must get the same one. */
  answers: string[];
  tries: number;
};

export type Answer = {
  id?: string;
  seq?: number;
  applied?: { granted: string[]; revoked: string[]; fields: string[] };
};

/** True if the answer says that something is different because of this operation. */
export function changes({ kind, answer }: Operation): boolean {
  if (!answer) return false;
  if (kind !== 'edit') return true;
  const { granted = [], revoked = [], fields = [] } = answer.applied ?? {};
  return granted.length + revoked.length + fields.length > 0;
}

/** The database, the documents in it and the readers, at rest after the last fault. */
export type Facts = {
  logOrigin: string;
  roles: { id: string; name: string; seq: number; count: number; deleted: boolean }[];
  cells: { roleId: string; permissionId: string; on: boolean; seq: number }[];
  /** All entries, by ticket. */
  entries: { n: number; body: string }[];
  /** Entries as numbered. */
  sequence: { seq: number; n: number; chain: string }[];
  pending: number;
  operations: string[];
  documents: ReplicaState;
  /** State that readers who stayed through everything hold, by document. */
  replicas: ReplicaState;
};

/** Content of documents, whatever its encoding. */
export type ReplicaState = {
  roles?: Record<string, { name: string; count: number; seq: number }>;
  feed?: number[];
  role: Record<string, { name: string; seq: number; granted: string[] }>;
};
