/** Rows of one statement: Postgres takes 65,535 values in one, and a row has some of them. */
const ROWS = 2000;

/** The same rows in parts, of which each fits into one statement. */
export function inParts<T>(rows: readonly T[]): T[][] {
  const parts: T[][] = [];
  for (let at = 0; at < rows.length; at += ROWS) parts.push(rows.slice(at, at + ROWS));
  return parts;
}
