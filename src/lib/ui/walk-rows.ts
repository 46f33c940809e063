/**
 * Leads the focus from row to row of a table with the arrows.
 * @param rows what a row matches; rows are each other's siblings
 * @param control what is focused in the next row, beside the one that has the focus now; null: it stays
 * @returns whether the key was one of a row, so that nothing else is done with it
 */
export function walkRows(
  event: KeyboardEvent,
  rows: string,
  control: (next: Element, from: HTMLElement) => HTMLElement | null
): boolean {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return false;
  const from = event.target instanceof HTMLElement ? event.target : null;
  const row = from?.closest(rows);
  if (!from || !row) return false;
  const next = event.key === 'ArrowDown' ? row.nextElementSibling : row.previousElementSibling;
  const twin = next && control(next, from);
  if (twin) {
    event.preventDefault();
    twin.focus();
  }
  return true;
}
