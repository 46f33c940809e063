/** Problem with an address that is plainly wrong, as a sentence for the field; null when the server may judge it. */
export function emailProblem(email: string): string | null {
  const text = email.trim();
  if (text === '') return 'The address is missing.';
  if (text.length > 254) return 'This address is too long.';
  return /^[^\s@]+@[^\s@]+\.[^\s@]+$/u.test(text) ? null : 'This is not a complete email address.';
}
