import { validate as isUuid } from 'uuid';
import type { EntryDoc } from '../../../db/log/audit-schema';
import type { Queryable } from '../../../db/driver/client';
import { readPackagesEver } from '../../../db/tables/packages-table';
import { readRoles } from '../../../db/tables/roles-table';

/** Finds the name of what an entry names by its id; null when it is gone, or never was. */
export type NameOf = (id: string) => string | null;

/** Names of the roles that changes name; null of one that is gone. */
export async function rolesTold(tx: Queryable, docs: readonly EntryDoc[]): Promise<NameOf> {
  const ids = idsAt('roleId', docs);
  return nameOf(ids.length === 0 ? [] : await readRoles(tx, ids));
}

/** Names of the packages that changes name, also of those that are gone. */
export async function packagesTold(tx: Queryable, docs: readonly EntryDoc[]): Promise<NameOf> {
  const ids = idsAt('packageId', docs).filter((id) => isUuid(id));
  return nameOf(ids.length === 0 ? [] : await readPackagesEver(tx, ids));
}

function idsAt(path: string, docs: readonly EntryDoc[]): string[] {
  const steps = docs.flatMap(({ change }) => change.filter((step) => step.path === path));
  const ids = steps.flatMap(({ old, new: value }) => [old, value]);
  return [...new Set(ids.filter((id) => typeof id === 'string'))];
}

function nameOf(records: readonly { id: string; name: string }[]): NameOf {
  const names = new Map(records.map(({ id, name }) => [id, name]));
  return (id) => names.get(id) ?? null;
}
