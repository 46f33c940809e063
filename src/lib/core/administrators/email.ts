/**
 * An address as mail servers accept it: before the @ all signs that stand there without quotes, after it a domain
 * with a dot, in its letters (пример.рф) or as ASCII (xn--e1afmkfd.xn--p1ai). No top-level domain is of digits alone.
 */
const LOCAL = String.raw`[\p{L}\p{M}\p{N}!#$%&'*+/=?^_\x60{|}~-]+`;
const LABEL = String.raw`[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}-]{0,61}[\p{L}\p{M}\p{N}])?`;
export const EMAIL_ADDRESS = new RegExp(
  String.raw`^(?=[^@]{1,64}@)${LOCAL}(?:\.${LOCAL})*@(?:${LABEL}\.)+(?!\p{N}+$)(?=..)${LABEL}$`,
  'u'
);

export const INCOMPLETE_EMAIL = 'This is not a complete email address.';

/** Problem with an address that is plainly wrong, as a sentence for the field; null when the server may judge it. */
export function emailProblem(email: string): string | null {
  const text = email.trim();
  if (text === '') return 'The address is missing.';
  if (text.length > 254) return 'This address is too long.';
  return EMAIL_ADDRESS.test(text) ? null : INCOMPLETE_EMAIL;
}
