import type { FieldValue, Refusal } from '../access/refusal';
import { seenOf, type SeenVersions } from '../access/seen';
import type { RefusedPart } from '../roles/roles';
import { changedSince, type FieldChange } from './changed-since';

/** Field (`name`, `caps.hourly` …) → its last change. A field never changed is as it was made. */
export type FieldChanges = Readonly<Record<string, FieldChange>>;

/** One field of an edit. */
export type FieldEdit = {
  yours: FieldValue;
  theirs: FieldValue;
  /**
   * Reasons why it may not be changed so; null: it may. The first that is not null counts. Asked only of what would
   * change.
   */
  rules?: () => readonly (Refusal | null)[];
  /** It lands whatever happened meanwhile: it gives nobody more. */
  always?: boolean;
};

/**
 * Judges the fields of an edit one by one: what is refused does not stop the rest, and what was changed since its
 * author looked is a conflict (LIV-7). What is equal is no change.
 * @param parts gets what does not land
 * @returns whether a field is to be changed
 */
export function judgeFields(
  edit: SeenVersions,
  changes: FieldChanges,
  parts: RefusedPart[]
): (field: string, of: FieldEdit) => boolean {
  return (field, { yours, theirs, rules, always = false }) => {
    if (yours === theirs) return false;
    const refused = rules?.().find((rule) => rule !== null);
    const change = changes[field];
    const conflict = always
      ? null
      : changedSince(field, { change, seen: seenOf(edit, field), yours, theirs });
    if (refused) parts.push({ ...refused, field });
    else if (conflict) parts.push({ ...conflict, field });
    else return true;
    return false;
  };
}

/** Settings by id (`caps.daily`), each a field of its own: those that are to be changed. */
export function judgeSettings<I extends string, V extends FieldValue>(
  judge: ReturnType<typeof judgeFields>,
  name: string,
  given: {
    kinds: readonly { id: I }[];
    yours: Partial<Record<I, V>> | undefined;
    theirs: Readonly<Record<I, V>>;
  },
  rulesOf: (id: I, yours: V, theirs: V) => Pick<FieldEdit, 'rules' | 'always'>
): Partial<Record<I, V>> {
  const landed: Partial<Record<I, V>> = {};
  for (const { id } of given.kinds) {
    const yours = given.yours?.[id];
    if (yours === undefined) continue;
    const theirs = given.theirs[id];
    if (judge(`${name}.${id}`, { yours, theirs, ...rulesOf(id, yours, theirs) })) landed[id] = yours;
  }
  return landed;
}

/** A list as a conflict names it. */
export function listValue(values: readonly string[]): string {
  return values.join(', ');
}
