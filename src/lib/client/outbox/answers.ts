import type { Refusal } from '$lib/core/refusal';
import type { RefusedPart } from '$lib/core/roles';
import type { OutboxRecord } from './record';

/** What an answer says of the change that it answers. */
export type Landing = {
  /** The version that holds it; null where there is none to wait for. */
  seq: number | null;
  /** Parts that are different because of it. */
  applied: ReadonlySet<string>;
  /** Parts that did not land. */
  refused: readonly { key: string; reason: Refusal }[];
};

type EditAnswer = {
  seq?: number;
  applied?: string[] | { granted: string[]; revoked: string[]; fields: string[] };
  refused?: RefusedPart[];
};

/** Reads the answer to a change. */
export function landingOf(record: OutboxRecord, answer: unknown): Landing {
  const { seq, applied, refused = [] } = (answer ?? {}) as EditAnswer;
  const keys = record.change.kind === 'edit' ? record.change.parts : {};
  return {
    seq: record.subject === 'roles' ? null : (seq ?? null),
    applied: new Set(
      Array.isArray(applied) ? applied : applied ? Object.values(applied).flat() : Object.keys(keys)
    ),
    refused: refused.map((part) => ({ key: keyOf(part, keys), reason: part }))
  };
}

/** A part may name a missing permission besides the field that asked for it: then the field is what it is about. */
function keyOf(part: RefusedPart, keys: object): string {
  const { field, permission } = part;
  if (field !== undefined && Object.hasOwn(keys, field)) return field;
  return permission ?? field ?? '';
}
