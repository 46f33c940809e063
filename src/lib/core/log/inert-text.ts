// What people typed is only ever text, wherever the log is read: a terminal, a spreadsheet, a collector, an editor
// (L-06).

/**
 * Characters that do something instead of being seen: controls, marks of direction, invisible ones, ends of lines and
 * paragraphs, halves of a pair.
 */
const ACTIVE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/gu;

/** Joiners and the choice between text and picture: names need them (Persian, emoji), and they reorder nothing. */
const NEEDED = new Set(['\u200C', '\u200D', '\uFE0E', '\uFE0F']);

const SHORT: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** A text for people to read, with what would act on its surroundings spelt out: `\n`, `\u{202e}`. */
export function spellOut(text: string): string {
  return eachActive(text, (char) =>
    NEEDED.has(char) ? char : (SHORT[char] ?? `\\u{${char.codePointAt(0)!.toString(16)}}`)
  );
}

/** The same for every text in a value, names of fields included. */
export function spellOutAll<T>(value: T): T {
  return spelt(value) as T;
}

function spelt(value: unknown): unknown {
  if (typeof value === 'string') return spellOut(value);
  if (Array.isArray(value)) return value.map(spelt);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [spellOut(key), spelt(member)]));
}

/** JSON that says exactly the same and shows none of these characters as themselves. */
export function inertJson(value: object): string {
  return escapeActive(JSON.stringify(value));
}

/** The same of JSON that is a text already, on one line: outside of its strings it has none of these characters. */
export function escapeActive(json: string): string {
  return eachActive(json, (char) =>
    Array.from({ length: char.length }, (_, at) => escaped(char.charCodeAt(at))).join('')
  );
}

/**
 * Most text is ASCII, of which nothing from the blank to the tilde acts: the long list is asked about the rest alone.
 */
function eachActive(text: string, spell: (char: string) => string): string {
  return text.replace(/[^\x20-\x7e]+/g, (run) => run.replace(ACTIVE, spell));
}

function escaped(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`;
}
