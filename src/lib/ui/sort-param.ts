import type { ListSort } from './sorted-table';

// Order of a list in the address: `name`, or `-name` for a descending one.

/** Order that a text names; null: it names none of these columns. */
export function readSort<C extends string>(text: string | null, columns: readonly C[]): ListSort<C> | null {
  const name = text?.replace(/^-/, '');
  const column = columns.find((each) => each === name);
  if (!text || !column) return null;
  return { column, direction: text.startsWith('-') ? 'descending' : 'ascending' };
}

/** Text of an order. */
export function sortText({ column, direction }: ListSort<string>): string {
  return direction === 'descending' ? `-${column}` : column;
}
