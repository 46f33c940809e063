/**
 * The text of a Postgres array of numbers, hex or plain names, to be cast: the driver escapes `bytea[]` twice, and
 * one parameter is sent sooner than thousands. Null is NULL.
 */
export function listed(values: readonly (number | string | null)[]): string {
  return `{${values.map((value) => value ?? 'NULL').join(',')}}`;
}

/** The same of texts of any kind. */
export function quoted(values: readonly (string | null)[]): string {
  return listed(values.map((value) => (value === null ? null : `"${value.replace(/[\\"]/g, '\\$&')}"`)));
}
