import { passwordProblem } from '$lib/core/sign-in/passwords';

/**
 * Strength of a new password as seen from here: 0 cannot be used, 3 is as good as it gets. The words are about its
 * length alone: what is easy to guess only the server knows, and it refuses long ones, too; and an installation may
 * ask for more characters than is known here.
 */
export type PasswordStrength = { level: 0 | 1 | 2 | 3; words: string };

/** @param context words that say nothing about who chose it: the person's name and address */
export function passwordStrength(
  password: string,
  { context = [], minLength }: { context?: readonly string[]; minLength: number }
): PasswordStrength {
  const length = [...password.normalize('NFC')].length;
  if (length < minLength) return { level: 0, words: `${length} of ${minLength} characters` };
  const problem = passwordProblem(password, context, minLength);
  if (problem !== null) return { level: 0, words: problem };
  const different = new Set(password.toLowerCase()).size;
  if (length >= 24 && different >= 10) return { level: 3, words: `${length} characters, very long` };
  if (length >= 18 && different >= 8) return { level: 2, words: `${length} characters, long` };
  return { level: 1, words: `${length} characters` };
}
