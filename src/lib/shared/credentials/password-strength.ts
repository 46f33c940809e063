import { passwordProblem } from '$lib/core/sign-in/passwords';

/**
 * Strength of a new password as seen from here: 0 cannot be used, 3 is as good as it gets. A hint; the server
 * decides.
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
  if (length >= 24 && different >= 10) return { level: 3, words: 'Very strong' };
  if (length >= 18 && different >= 8) return { level: 2, words: 'Strong' };
  return { level: 1, words: 'Good' };
}
