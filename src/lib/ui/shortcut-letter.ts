/**
 * Letter of a pressed key, small, as shortcuts are compared: what the key types where that is a Latin letter; on a
 * layout that has none (Russian, Greek, Arabic), the letter that the key's place has on most keyboards. Other keys
 * are as they are ("Escape", "/").
 */
export function shortcutLetter({ key, code }: Pick<KeyboardEvent, 'key' | 'code'>): string {
  const place = /^Key([A-Z])$/.exec(code)?.[1];
  const typesAnother = /^\p{L}\p{M}*$/u.test(key) && !/^[a-z]$/i.test(key);
  return place !== undefined && typesAnother
    ? place.toLowerCase()
    : key.length === 1
      ? key.toLowerCase()
      : key;
}
