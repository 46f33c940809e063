import { BYTE_ORDER_MARK, csvRecord } from '$lib/core/log/export/csv';

/** A CSV file that spreadsheets read as UTF-8, and in which no cell is ever a formula. */
export function csvFile(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  return BYTE_ORDER_MARK + [head, ...rows].map(csvRecord).join('');
}
