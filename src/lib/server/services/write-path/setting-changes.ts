import type { AuditChange } from '../../../core/log/entry';
import type { Json } from '../../../core/log/canonical-json';

/** Audit changes for the settings in `set`, by id; each has a path such as `caps.daily`. */
export function settingChanges(
  name: string,
  old: Readonly<Record<string, Json>> | null,
  set: Readonly<Record<string, Json | undefined>> = {}
): AuditChange[] {
  return Object.entries(set).flatMap(([id, value]) =>
    value === undefined ? [] : [{ path: `${name}.${id}`, old: old?.[id] ?? null, new: value }]
  );
}

/**
 * Audit changes of a new record: those values of `set` that differ from `without`, which every record has by default.
 */
export function madeWith(name: string, set: Readonly<Record<string, Json>>, without: Json): AuditChange[] {
  return Object.entries(set)
    .filter(([, value]) => value !== without)
    .map(([id, value]) => ({ path: `${name}.${id}`, old: without, new: value }));
}

/** The stamp of a change for each of its fields. */
export function stamped(
  change: readonly AuditChange[],
  stamp: { seq: number; by: string }
): Record<string, { seq: number; by: string; at: string }> {
  const at = new Date().toISOString();
  return Object.fromEntries(change.map(({ path }) => [path, { ...stamp, at }]));
}
