import { isPlainText } from '../text/names';
import { SETTINGS_LIMITS } from './settings-limits';

/**
 * Problem with a tidied text as the name that a console wears, as a sentence for the field; null when it may be
 * used.
 */
export function brandNameProblem(name: string): string | null {
  const { most } = SETTINGS_LIMITS.name;
  if (name === '') return 'Enter a name.';
  if (!isPlainText(name)) return 'The name contains characters that can’t be displayed.';
  return [...name].length > most ? `The name can have at most ${most} characters.` : null;
}
