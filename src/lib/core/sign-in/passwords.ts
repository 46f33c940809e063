/** Length limits of SECURITY A-01: code points, and bytes so that hashing cost is bounded. */
export const PASSWORD_MIN = 15;
export const PASSWORD_MAX = 256;
export const PASSWORD_MAX_BYTES = 1024;

/**
 * Problem with a new password, as a sentence for the field; null when it may be used.
 * @param minLength in characters: what the installation asks for (core/settings)
 */
export function passwordProblem(
  password: string,
  context: readonly string[] = [],
  minLength = PASSWORD_MIN
): string | null {
  if (!password.isWellFormed()) return 'This password holds a character that cannot be stored.';
  const points = [...password.normalize('NFC')].length;
  if (points < minLength) return `Use at least ${minLength} characters. A sentence works well.`;
  if (points > PASSWORD_MAX || new TextEncoder().encode(password).length > PASSWORD_MAX_BYTES)
    return `Use at most ${PASSWORD_MAX} characters.`;
  const lower = password.toLowerCase();
  if (new Set(lower).size < 5) return 'Use more different characters.';
  const word = context.find((w) => w.length >= 4 && lower.replaceAll(w.toLowerCase(), '').length < 6);
  if (word) return 'This password is mostly your own name or address.';
  return null;
}
