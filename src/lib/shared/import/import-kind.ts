import type { Refusal } from '$lib/core/access/refusal';
import type { PermissionId } from '$lib/core/access/catalogue/permission-ids';

/** Fields of every row of a file, as they were read: text, whatever is in them. */
export type RawRow = { line: number; name: string; email: string };

/** Result of a row, as the server says. */
export type RowResult = { line: number; refused: Refusal | null; link?: string | null; mailed?: boolean };

/** A column besides name and address, with a sentence about what stands in it. */
export type ImportColumn = { id: string; text: string };

/** Format of rows: the way to read one, and what tells its kind from others. */
export type RowFormat<Row extends RawRow> = {
  /** The column that names what somebody gets: "role", "package". */
  named: 'role' | 'package';
  /** Columns that hold settings, in the order of the template. */
  settings: readonly string[];
  /** @param value of a column; "" where the file has none */
  rowOf: (line: number, value: (column: string) => string) => Row;
  /** The name of what a row asks for; undefined: it asks for none. */
  namedIn: (row: Row) => string | undefined;
};

/** Kind of an import: what is imported, and how (ADM-11, TEN-8). */
export type ImportKind<Row extends RawRow> = RowFormat<Row> & {
  /** "administrators", as in "Import administrators" */
  what: string;
  /** "3 people" */
  count: (rows: number) => string;
  /** The list that they are in. */
  page: { label: string; href: string };
  needs: readonly PermissionId[];
  /** A name for the template's file, and a row for it. */
  template: { file: string; example: readonly string[] };
  columns: readonly ImportColumn[];
  /** Default for rows that ask for none; null: each needs one. */
  usual: string | null;
  /** Words under the file: what happens to everyone in it. */
  note: string;
  /** Null: without one. */
  withNamed: (row: Row, name: string | null) => Row;
  send: (
    op: string,
    rows: Row[],
    how: { dryRun: true } | { dryRun: false; begun: string }
  ) => Promise<RowResult[]>;
  begin: (op: string, parts: string[]) => Promise<unknown>;
  /** The rows of one call as one text, the same on both sides. */
  partText: (rows: readonly Row[]) => string;
};
