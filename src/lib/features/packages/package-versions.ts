import type { PartValue } from '$lib/client/outbox/record';
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
