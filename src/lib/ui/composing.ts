/** Code of a key that an input method takes, in browsers that do not say that it composes. */
const TAKEN_BY_METHOD = 229;

/** True if a key belongs to an input method: the Escape, Enter or arrow that ends or changes what is being composed. */
function isComposing(event: KeyboardEvent): boolean {
  return event.isComposing || event.keyCode === TAKEN_BY_METHOD;
}

/**
 * Keeps keys of an input method from everything on the page that listens for keys: dialogs, menus, shortcuts. What
 * they do in the field itself stays. Call it before anything else listens. Call the result to stop.
 */
export function keepComposingKeys(
  page: Pick<Window, 'addEventListener' | 'removeEventListener'>
): () => void {
  const keep = (event: KeyboardEvent) => isComposing(event) && event.stopImmediatePropagation();
  page.addEventListener('keydown', keep, { capture: true });
  return () => page.removeEventListener('keydown', keep, { capture: true });
}
