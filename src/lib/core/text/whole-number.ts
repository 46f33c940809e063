/** Digits, alone or grouped by thousands as people write them: 10000, 10,000, 10 000, 10.000. */
const WHOLE = /^\d+$|^\d{1,3}(?:([ ,.'’\u00A0\u202F])\d{3})(?:\1\d{3})*$/u;

/** The whole number that somebody typed, from 0; null of anything else. */
export function typedNumber(text: string): number | null {
  const typed = text.trim();
  return WHOLE.test(typed) ? Number(typed.replace(/\D/gu, '')) : null;
}
