import { isPlainText, tidyText } from '../text/names';

const MOST = 80;

/** What is wrong with the name of a person, as a sentence for the field; null when it may be used. */
export function personNameProblem(name: string): string | null {
  const text = tidyText(name);
  if (text === '') return 'The name is missing.';
  if (!isPlainText(text)) return 'The name holds characters that cannot be shown.';
  return [...text].length > MOST ? `The name has at most ${MOST} characters.` : null;
}
