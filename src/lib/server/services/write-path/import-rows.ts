import type { Refusal } from '../../../core/access/refusal';
import { emailKey } from '../../../core/text/names';
import type { ReadRow } from '../../../protocol/import-row';
import { partOf } from '../../../protocol/operation-part';
import type { ActingPerson } from './acting-person';
import { ask, type Question } from './ask';
import type { Caller } from './caller';
import type { Deps } from './deps';
import { endsAll } from './each-record';
import { isOfBegunImport, type BeginName } from './import-proof';
import type { RefusalOr } from './refusal-or';

export type ImportInput<Raw> = {
  op: string;
  rows: Raw[];
  dryRun: boolean;
  /** The import that these rows are a part of, by the operation that began it. */
  begun?: string | undefined;
};

/** Terms on which one row is judged or added. `covered`: the password was proved for the whole. */
export type OneRow = { op: string; dryRun: boolean; covered: boolean };

/** Functions and facts that differ between the kinds of records that are imported. */
export type ImportKind<Raw, Row, R> = {
  begin: BeginName;
  question: (of: { dryRun: boolean; covered: boolean }) => Question;
  partText(rows: readonly Raw[]): string;
  read(raw: Raw): ReadRow<Row>;
  one(row: Row, of: OneRow, actor: ActingPerson): Promise<R>;
  refused(line: number, refusal: Refusal): R;
};

/**
 * Adds records from the rows of a file: a row is added whole or not at all, on the same terms as through the form.
 * A dry run says what would become of each and changes nothing, so it asks for no password; an import that was
 * begun asked for it then (AUT-4).
 */
export async function importRows<
  Raw extends { line: number },
  Row extends { line: number; email: string },
  R extends { refused: Refusal | null }
>(
  deps: Deps,
  caller: Caller,
  { op, rows, dryRun, begun }: ImportInput<Raw>,
  kind: ImportKind<Raw, Row, R>
): Promise<RefusalOr<{ results: R[] }>> {
  const covered =
    begun !== undefined &&
    (await isOfBegunImport(deps, caller, { name: kind.begin, op: begun, text: kind.partText(rows) }));
  return ask<{ results: R[] }>(deps, caller, kind.question({ dryRun, covered }), async (actor) => {
    const results: R[] = [];
    const seen = new Map<string, string>();
    for (const raw of rows) {
      const read = kind.read(raw);
      if ('problem' in read) {
        results.push(kind.refused(raw.line, { code: 'input/invalid', ...read.problem }));
        continue;
      }
      const { row } = read;
      const key = emailKey(row.email);
      const twin = seen.get(key);
      seen.set(key, row.email);
      const done = twin
        ? kind.refused(row.line, { code: 'input/taken', field: 'email', looksLike: twin })
        : await kind.one(row, { op: partOf(op, `${row.line}`), dryRun, covered }, actor);
      if (done.refused && endsAll(done.refused)) return { refused: done.refused };
      results.push(done);
    }
    return { answer: { results } };
  });
}
