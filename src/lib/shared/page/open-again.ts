/** Place that was opened again last, in this tab, and of which version of the app. */
const OPENED = 'rolecall:opened-again';

/**
 * Opens the place of this page once more, from its files on. What does not come the second time either is told, and
 * nothing goes in circles: a tab that keeps nothing opens nothing again.
 */
export function openAgain(version: string): void {
  const place = `${version} ${location.pathname}`;
  try {
    if (sessionStorage.getItem(OPENED) === place) return;
    sessionStorage.setItem(OPENED, place);
    if (sessionStorage.getItem(OPENED) !== place) return;
  } catch {
    return;
  }
  location.reload();
}
