/**
 * A number as people here write it: "3,006". Every number on screen goes through here, so that none stands as "3006"
 * beside it.
 */
export function counted(number: number, locale?: string): string {
  return number.toLocaleString(locale);
}
