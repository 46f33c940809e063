/**
 * Opens the place of this page once more, from its files on. The entry of the history keeps that it was tried, over
 * the reload too: what does not come the second time either is told, and nothing goes in circles.
 */
export function openAgain(): void {
  if (history.state?.opened) return;
  history.replaceState({ ...history.state, opened: true }, '');
  location.reload();
}
