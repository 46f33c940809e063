/** A cell that a spreadsheet shows as it is: text that would begin a formula is marked as text. */
export function csvCell(value: string | number): string {
  const text = String(value);
  const plain = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n;\t]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}

/** A CSV file that spreadsheets read as UTF-8. */
export function csvFile(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  return '\uFEFF' + [head, ...rows].map((row) => row.map(csvCell).join(',') + '\r\n').join('');
}
