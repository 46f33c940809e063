/** Signs that people write between groups of digits, the commas of other scripts among them. */
const BETWEEN = ` ,.'’\\u00A0\\u202F\\u066C\\u060C\\u2E41\\uFF0C`;

/**
 * Digits, alone or grouped as people write them: by thousands (10,000, 10 000, 10.000), or as in India the last three
 * and before them by two (1,50,000).
 */
const WHOLE = new RegExp(
  `^\\d+$|^\\d{1,3}(?:([${BETWEEN}])\\d{3})(?:\\1\\d{3})*$|^\\d{1,2}([${BETWEEN}])(?:\\d{2}\\2)*\\d{3}$`,
  'u'
);

/** The whole number that somebody typed, in the digits of any script, from 0; null of anything else. */
export function typedNumber(text: string): number | null {
  const typed = text.trim().replace(/\p{Nd}/gu, digitOf);
  return WHOLE.test(typed) ? Number(typed.replace(/\D/gu, '')) : null;
}

/** A digit of any script as one of ours. Unicode has those of a script in a row, from 0 to 9. */
function digitOf(digit: string): string {
  const code = digit.codePointAt(0)!;
  let first = code;
  while (/\p{Nd}/u.test(String.fromCodePoint(first - 1))) first--;
  return String((code - first) % 10);
}
