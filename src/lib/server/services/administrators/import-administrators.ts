import type { SecretVoid } from '../../../core/administrators/activation';
import { inheritAll } from '../../../core/quotas/caps';
import { emailKey, nameKey } from '../../../core/text/names';
import type { Refusal } from '../../../core/access/refusal';
import { readImportRow, type ImportRow, type RawImportRow } from '../../../protocol/import-row';
import { partOf } from '../../../protocol/operation-part';
import { findRoleByNameKey, readRoles } from '../../db/tables/roles-table';
import { ask, type Question } from '../write-path/ask';
import type { ActingPerson } from '../write-path/acting-person';
import type { Caller } from '../write-path/caller';
import type { Deps } from '../write-path/deps';
import type { RefusalOr } from '../write-path/refusal-or';
import { createAdministrator } from './create-administrator';
import { endsAll } from './each-person';
import { isOfBegunImport } from './import-proof';
import { judgeNewcomer } from './judge-newcomer';

/** The role of a row that names none (ADM-11). */
const DEFAULT_ROLE = 'admin';

export type ImportInput = {
  op: string;
  rows: RawImportRow[];
  dryRun: boolean;
  /** The import that these rows are a part of, by the operation that began it. */
  begun?: string | undefined;
};

export type ImportResult = {
  line: number;
  refused: Refusal | null;
  /** Of the administrator that was made; null in a dry run and for a refused row. */
  id: string | null;
  /** The invitation, shown once. */
  link: string | null;
  mailed: boolean;
  /** As for one who is added alone (services/people/create-administrator). */
  linkWithheld: SecretVoid | null;
};

/**
 * Adds administrators from the rows of a file, each with an invitation: a row is added whole or not at all, on the same terms as
 * through the form. A dry run says what would become of each and changes nothing, so it asks for no password; an import that was
 * begun asked for it then (AUT-4).
 */
export async function importAdministrators(
  deps: Deps,
  caller: Caller,
  { op, rows, dryRun, begun }: ImportInput
): Promise<RefusalOr<{ results: ImportResult[] }>> {
  const covered = begun !== undefined && (await isOfBegunImport(deps, caller, begun, rows));
  const question: Question = {
    name: 'administrators.import',
    permission: 'people.administrators.add',
    sensitive: !dryRun && !covered
  };
  return ask<{ results: ImportResult[] }>(deps, caller, question, async (actor) => {
    const results: ImportResult[] = [];
    const seen = new Map<string, string>();
    for (const raw of rows) {
      const read = readImportRow(raw);
      if ('problem' in read) {
        results.push(refusedRow(raw.line, { code: 'input/invalid', ...read.problem }));
        continue;
      }
      const { row } = read;
      const key = emailKey(row.email);
      const twin = seen.get(key);
      seen.set(key, row.email);
      const done = twin
        ? refusedRow(row.line, { code: 'input/taken', field: 'email', looksLike: twin })
        : await one(deps, caller, actor, { row, op: partOf(op, `${row.line}`), dryRun, covered });
      if (done.refused && endsAll(done.refused)) return { refused: done.refused };
      results.push(done);
    }
    return { answer: { results } };
  });
}

async function one(
  deps: Deps,
  caller: Caller,
  actor: ActingPerson,
  { row, op, dryRun, covered }: { row: ImportRow; op: string; dryRun: boolean; covered: boolean }
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
    const refused = await judgeNewcomer(context, { email: row.email, role, caps, invite: true });
    return refusedRow(row.line, refused);
  }
  const { name, email, caps } = row;
  const made = await createAdministrator(
    deps,
    caller,
    { op, name, email, roleId, caps },
    { proved: covered }
  );
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
