/** A page that is never idle waits no longer than this. Milliseconds. */
const LONGEST = 2_000;
/** Milliseconds to wait in browsers that do not say when they are idle. */
const A_WHILE = 300;

/** Resolves when the page has nothing else to do. */
export function whenIdle(): Promise<void> {
  return new Promise((resolve) => {
    if ('requestIdleCallback' in window) requestIdleCallback(() => resolve(), { timeout: LONGEST });
    else setTimeout(resolve, A_WHILE);
  });
}
