import { spellOut } from '../inert-text';

/** RFC 4180 ends lines like this. */
const LINE_END = '\r\n';

/**
 * Written first: spreadsheets take a file without it for one in the encoding of their country
 * (docs/decisions/0030).
 */
export const BYTE_ORDER_MARK = '\uFEFF';

/**
 * Beginnings of a cell that make a spreadsheet compute it, in ASCII and full width; blanks before it do not hinder
 * all of them. Tabs and line ends are spelt out before anybody looks for these.
 */
const FORMULA = /^[\s'"]*[=+\-@＝＋－＠]/u;
/** Formulas behind a `;`, which separates cells in half of Europe: text behind one would begin a cell of its own. */
const FORMULA_INSIDE = /(;[\s'"]*)(?=[=+\-@＝＋－＠])/gu;

export type Cell = string | number | null;

/** A record of a CSV file (RFC 4180) that is safe in a spreadsheet: no cell of it is ever a formula. */
export function csvRecord(cells: readonly Cell[]): string {
  return cells.map(cellText).join(',') + LINE_END;
}

function cellText(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  const plain = spellOut(cell).replace(FORMULA_INSIDE, "$1'");
  const safe = FORMULA.test(plain) ? `'${plain}` : plain;
  return `"${safe.replaceAll('"', '""')}"`;
}
