const INVISIBLE = /[\s\p{Cf}]/gu;
const BETWEEN_DIGITS = /[\p{Dash}.]/gu;
const SIX_DIGITS = /^[0-9]{6}$/;

/**
 * A code as people type and paste it (AUT-6): `123 456`, `123-456`, `１２３４５６`. What comes to six digits is those
 * digits; anything else (a recovery code, half a code) is the text without blanks around it, in ordinary letters
 * and digits. Never throws.
 */
export function readTypedCode(text: string): string {
  const plain = text.normalize('NFKC');
  const digits = plain.replace(INVISIBLE, '').replace(BETWEEN_DIGITS, '');
  return SIX_DIGITS.test(digits) ? digits : plain.trim();
}

/** True if what was read is a code of an authenticator app. */
export function isAppCode(code: string): boolean {
  return SIX_DIGITS.test(code);
}
