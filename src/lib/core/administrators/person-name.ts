import { isPlainText, tidyText } from '../text/names';

const MOST = 80;

/** Problem with a person's name, as a sentence for the field; null when it may be used. */
export function personNameProblem(name: string): string | null {
  const text = tidyText(name);
  if (text === '') return 'Enter a name.';
  if (!isPlainText(text)) return 'The name contains characters that can’t be displayed.';
  return [...text].length > MOST ? `The name can have at most ${MOST} characters.` : null;
}
