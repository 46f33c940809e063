import type { PartValue } from '$lib/client/outbox/record';
import { counted } from '$lib/ui/counted';
import { PACKAGE_FIELDS, type PackageField } from './package-fields';

/** Part of an entry of a package's history that is about the package. */
type Version = { change: readonly { path: string; old?: unknown }[] };

const isField = (path: string): path is PackageField => PACKAGE_FIELDS.some(({ key }) => key === path);

/**
 * Values of the fields of a package in a version of it, of those that were changed since.
 * @param newer the versions after it, newest first
 */
export function fieldsBefore(newer: readonly Version[]): Map<PackageField, PartValue> {
  const fields = new Map<PackageField, PartValue>();
  for (const { change } of newer)
    for (const { path, old } of change) if (isField(path)) fields.set(path, (old ?? null) as PartValue);
  return fields;
}

/**
 * Message on a version that was put into the form.
 * @param changed fields that now differ from what is in force
 * @param left fields that were different then, and that are not the viewer's to change
 */
export function restoredWords(changed: number, left: number): string {
  const fields = left === 1 ? '1 field' : `${counted(left)} fields`;
  if (changed > 0)
    return `Filled in as it was${left === 0 ? '' : `, without ${fields} that you can’t change`}. Check and save.`;
  if (left === 0) return 'It is as it was then';
  return `Nothing filled in: ${fields} differed then, and you can’t change ${left === 1 ? 'it' : 'them'}.`;
}
