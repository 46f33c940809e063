/** The text with a small first letter, to stand inside a sentence. */
export function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** The text with a capital first letter, to stand alone. */
export function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** "1 permission", "1,204 permissions". */
export function count(n: number, what: string): string {
  return `${n.toLocaleString('en')} ${what}${n === 1 ? '' : 's'}`;
}

/** "name, email and role"; "nothing" of none. */
export function listed(words: readonly string[]): string {
  return words.length < 2 ? (words[0] ?? 'nothing') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

/**
 * The words of a table for a key; undefined where it has none, whatever the key is: "constructor" is no word of any
 * table.
 */
export function wordOf(table: Readonly<Record<string, string | undefined>>, key: string): string | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
