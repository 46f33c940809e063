const CONSONANTS = 'bcdfghjkmnprstvwxz';
const VOWELS = 'aeiou';
const GROUPS = 7;

/**
 * A password that can be read aloud: "bofi-laru-…", 34 characters in groups of four, 2^90 of them. No letter that
 * looks like another.
 * @param below a random whole number from 0 to below its argument, from a source that nobody can guess
 */
export function generatePassword(below: (end: number) => number): string {
  const one = (letters: string) => letters.charAt(below(letters.length));
  const group = () => one(CONSONANTS) + one(VOWELS) + one(CONSONANTS) + one(VOWELS);
  return Array.from({ length: GROUPS }, group).join('-');
}
