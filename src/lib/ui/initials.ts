/** Letters as people see them: a flag, a joined emoji and a letter with its accents are one each. */
const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** Initials, one or two letters for an avatar: "Élodie Marchand" → "ÉM", "root@x" → "R", "" → "?". */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/u).filter(Boolean);
  const first = words[0];
  if (first === undefined) return '?';
  const last = words.length > 1 ? words[words.length - 1] : undefined;
  return letterOf(first) + (last === undefined ? '' : letterOf(last));
}

/** First letter of a word as a capital; of one that grows in capitals ("ß"), the first of those. */
function letterOf(word: string): string {
  return firstOf(firstOf(word).toLocaleUpperCase());
}

function firstOf(text: string): string {
  // Most names, in lists of thousands: nothing joins two Latin letters.
  if (/^[ -~](?![^ -~])/.test(text)) return text.charAt(0);
  return graphemes.segment(text).containing(0)?.segment ?? '';
}
