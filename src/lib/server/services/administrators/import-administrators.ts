import type { SecretVoid } from '../../../core/administrators/activation';
import { inheritAll } from '../../../core/quotas/caps';
import { nameKey } from '../../../core/text/names';
import type { Refusal } from '../../../core/access/refusal';
import { importPartText } from '../../../protocol/import-part';
import { readImportRow, type ImportRow, type RawImportRow } from '../../../protocol/import-row';
import { findRoleByNameKey, readRoles } from '../../db/tables/roles-table';
import type { ActingPerson } from '../write-path/acting-person';
import type { Caller } from '../write-path/caller';
import type { Deps } from '../write-path/deps';
import { beginning } from '../write-path/import-proof';
import { importRows, type ImportInput, type OneRow } from '../write-path/import-rows';
import { mutate } from '../write-path/mutate';
import type { RefusalOr } from '../write-path/refusal-or';
import { createAdministrator } from './create-administrator';
import { judgeCandidate } from './judge-candidate';

/** The role of a row that names none (ADM-11). */
const DEFAULT_ROLE = 'admin';

export type ImportResult = {
  line: number;
  refused: Refusal | null;
  /** Id of the administrator that was made; null in a dry run and for a refused row. */
  id: string | null;
  /** The invitation, shown once. */
  link: string | null;
  mailed: boolean;
  /** Reason no link is sent, as with one who is added alone (services/administrators/create-administrator). */
  linkWithheld: SecretVoid | null;
};

/** Adds administrators from the rows of a file, each with an invitation. */
export function importAdministrators(
  deps: Deps,
  caller: Caller,
  input: ImportInput<RawImportRow>
): Promise<RefusalOr<{ results: ImportResult[] }>> {
  return importRows(deps, caller, input, {
    begin: 'administrators.beginImport',
    question: ({ dryRun, covered }) => ({
      name: 'administrators.import',
      permission: 'people.administrators.add',
      sensitive: !dryRun && !covered
    }),
    partText: importPartText,
    read: readImportRow,
    one: (row, of, actor) => one(deps, caller, actor, { row, ...of }),
    refused: refusedRow
  });
}

export const beginImport = beginning('administrators.beginImport', 'administrator');

async function one(
  deps: Deps,
  caller: Caller,
  actor: ActingPerson,
  { row, op, dryRun, covered }: OneRow & { row: ImportRow }
): Promise<ImportResult> {
  const roleId = await roleIdOf(deps, row.role);
  if (roleId === null)
    return refusedRow(row.line, {
      code: 'input/invalid',
      field: 'role',
      message: `There is no role named “${row.role ?? DEFAULT_ROLE}”.`
    });
  if (dryRun) {
    const [role] = await readRoles(deps.db, [roleId], 'administrator');
    const caps = { ...inheritAll(), ...row.caps };
    const context = { deps, tx: deps.db, actor };
    const refused = await judgeCandidate(context, { email: row.email, role, caps, invite: true });
    return refusedRow(row.line, refused);
  }
  const { name, email, caps } = row;
  const mutation = covered ? { ...createAdministrator, sensitive: false } : createAdministrator;
  const made = await mutate(deps, caller, mutation, { op, name, email, roleId, caps });
  if ('refused' in made) return refusedRow(row.line, made.refused);
  return {
    line: row.line,
    refused: null,
    id: made.answer.id,
    link: made.answer.link,
    mailed: made.answer.mailed,
    linkWithheld: made.answer.linkWithheld
  };
}

async function roleIdOf(deps: Deps, role: string | null): Promise<string | null> {
  const wanted = role ?? DEFAULT_ROLE;
  const [byId] = await readRoles(deps.db, [wanted], 'administrator');
  return byId?.id ?? (await findRoleByNameKey(deps.db, 'administrator', nameKey(wanted)))?.id ?? null;
}

function refusedRow(line: number, refused: Refusal | null): ImportResult {
  return { line, refused, id: null, link: null, mailed: false, linkWithheld: null };
}
