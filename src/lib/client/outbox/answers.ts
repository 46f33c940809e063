import { partsOfRef } from '$lib/core/records';
import type { Refusal } from '$lib/core/access/refusal';
import type { RefusedPart } from '$lib/core/roles/roles';
import { WHOLE_SECTIONS, type SettingsSection } from '$lib/core/settings/settings';
import type { OutboxRecord } from './record';

/** Outcome of a change, as its answer says. */
export type Landing = {
  /** The version that holds it; null where there is none to wait for. */
  seq: number | null;
  /** Parts that are different because of it. */
  applied: ReadonlySet<string>;
  /** Parts that did not land. */
  refused: readonly { key: string; reason: Refusal }[];
  /** Its parts land together or not at all: when one is refused, none has landed. */
  whole: boolean;
};

type EditAnswer = {
  seq?: number;
  applied?: string[] | { granted: string[]; revoked: string[]; fields: string[] };
  refused?: RefusedPart[];
  /** The version of each section of the settings. */
  versions?: Record<string, number>;
};

/** Reads the answer to a change. */
export function landingOf(record: OutboxRecord, answer: unknown): Landing {
  const { seq, applied, refused = [], versions = {} } = (answer ?? {}) as EditAnswer;
  const keys = record.change.kind === 'edit' ? record.change.parts : {};
  const { kind, id } = partsOfRef(record.subject);
  return {
    seq: kind === 'roles' || kind === 'userRoles' ? null : (seq ?? versions[id] ?? null),
    applied: new Set(
      Array.isArray(applied) ? applied : applied ? Object.values(applied).flat() : Object.keys(keys)
    ),
    refused: refused.map((part) => ({ key: keyOf(part, keys), reason: part })),
    whole: kind === 'settings' && WHOLE_SECTIONS.has(id as SettingsSection)
  };
}

/** A part may name a missing permission besides the field that asked for it: then the field is what it is about. */
function keyOf(part: RefusedPart, keys: object): string {
  const { field, permission } = part;
  if (field === undefined) return permission ?? '';
  // The settings name their section, too: `caps.daily`.
  const last = field.slice(field.lastIndexOf('.') + 1);
  return [field, last].find((key) => Object.hasOwn(keys, key)) ?? permission ?? field;
}
