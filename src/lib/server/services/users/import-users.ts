import { validate as isUuid } from 'uuid';
import type { Refusal } from '../../../core/access/refusal';
import { nameKey } from '../../../core/text/names';
import { userPartText } from '../../../protocol/import-part';
import { readUserRow, type RawUserRow, type UserRow } from '../../../protocol/user-import-row';
import { findPackageByNameKey, readPackages, type PackageRow } from '../../db/tables/packages-table';
import type { ActingPerson } from '../write-path/acting-person';
import type { Caller } from '../write-path/caller';
import type { Deps } from '../write-path/deps';
import { beginning } from '../write-path/import-proof';
import { importRows, type ImportInput, type OneRow } from '../write-path/import-rows';
import { mutate } from '../write-path/mutate';
import type { RefusalOr } from '../write-path/refusal-or';
import { effectiveOf } from '../write-path/tenant-records';
import { createUser, judgeNewUser, newUser } from './create-user';
import type { UserImportAnswer, UserImportResult } from './user-answers';

/** Adds users from the rows of a file. */
export function importUsers(
  deps: Deps,
  caller: Caller,
  input: ImportInput<RawUserRow>
): Promise<RefusalOr<UserImportAnswer>> {
  return importRows(deps, caller, input, {
    begin: 'users.beginImport',
    question: ({ dryRun, covered }) => ({
      name: 'users.import',
      permission: 'tenants.users.add',
      sensitive: !dryRun && !covered
    }),
    partText: userPartText,
    read: readUserRow,
    one: (row, of, actor) => one(deps, caller, actor, { row, ...of }),
    refused: refusedRow
  });
}

export const beginUserImport = beginning('users.beginImport', 'user');

async function one(
  deps: Deps,
  caller: Caller,
  actor: ActingPerson,
  { row, op, dryRun, covered }: OneRow & { row: UserRow }
): Promise<UserImportResult> {
  const { line, name, email } = row;
  const has = row.package === null ? null : await packageNamed(deps, row.package);
  if (!has)
    return refusedRow(line, {
      code: 'input/invalid',
      field: 'package',
      message: row.package === null ? 'Name a package.' : `There is no package named “${row.package}”.`
    });
  const caps = setOr(row.caps);
  const counts = setOr(row.counts);
  if (dryRun) {
    const effective = (await effectiveOf(deps, has)) ?? new Set<string>();
    const made = newUser({ ...has, effective }, { caps, counts, ipAllowlist: [] });
    const refused = await judgeNewUser(deps.db, actor, { ...made, email });
    return { line, refused, id: null };
  }
  const mutation = covered ? { ...createUser, sensitive: false } : createUser;
  const made = await mutate(deps, caller, mutation, { op, name, email, packageId: has.id, caps, counts });
  return 'refused' in made ? refusedRow(line, made.refused) : { line, refused: null, id: made.answer.id };
}

/** A package by its id or its name. */
async function packageNamed({ db }: Deps, wanted: string): Promise<PackageRow | null> {
  const id = isUuid(wanted) ? wanted : (await findPackageByNameKey(db, nameKey(wanted)))?.id;
  const [row] = id === undefined ? [] : await readPackages(db, [id]);
  return row ?? null;
}

/** Settings that say something, else nothing: what is left out needs no permission. */
function setOr<T extends object>(settings: T): T | undefined {
  return Object.keys(settings).length > 0 ? settings : undefined;
}

function refusedRow(line: number, refused: Refusal): UserImportResult {
  return { line, refused, id: null };
}
