/** Places that were opened again in this tab, each with the version of the app, a line each. */
const OPENED = 'rolecall:opened-again';

/**
 * Opens the place of this page once more, from its files on. What does not come the second time either is told, and
 * nothing goes in circles: a tab that keeps nothing opens nothing again.
 */
export function openAgain(version: string): void {
  const place = `${version} ${location.pathname}`;
  try {
    const before = sessionStorage.getItem(OPENED)?.split('\n') ?? [];
    if (before.includes(place)) return;
    sessionStorage.setItem(OPENED, [...before, place].join('\n'));
    if (!sessionStorage.getItem(OPENED)?.endsWith(place)) return;
  } catch {
    return;
  }
  location.reload();
}
