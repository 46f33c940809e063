/**
 * The text of a Postgres array of numbers, hex or plain names, to be cast: the driver escapes `bytea[]` twice, and
 * one parameter is sent sooner than thousands.
 */
export function listed(values: readonly (number | string)[]): string {
  return `{${values.join(',')}}`;
}

/** The same of texts of any kind. */
export function quoted(values: readonly string[]): string {
  return listed(values.map((value) => `"${value.replace(/[\\"]/g, '\\$&')}"`));
}
