import { isPlainText, nameKey, tidyText } from '$lib/core/text/names';

const LONGEST_NAME = 80;
const LONGEST_DESCRIPTION = 500;

/** Problem with a role's name, as a sentence for the field; null when there is none (ROL-12). */
export function checkRoleName(name: string, others: readonly string[]): string | null {
  const tidy = tidyText(name);
  if (tidy === '') return 'Enter a name.';
  if ([...tidy].length > LONGEST_NAME) return `The name can have at most ${LONGEST_NAME} characters.`;
  if (!isPlainText(name)) return 'The name contains characters that can’t be displayed.';
  const key = nameKey(tidy);
  const taken = others.find((other) => nameKey(other) === key);
  return taken === undefined ? null : `It is the same as, or looks like, “${taken}”.`;
}

/** Problem with a description, as a sentence for the field; null when there is none. */
export function checkDescription(description: string): string | null {
  if ([...tidyText(description)].length > LONGEST_DESCRIPTION)
    return `The description can have at most ${LONGEST_DESCRIPTION} characters.`;
  return isPlainText(tidyText(description))
    ? null
    : 'The description contains characters that can’t be displayed.';
}
