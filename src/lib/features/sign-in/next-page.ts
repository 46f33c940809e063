/** Address of a page of this console, as `location` has it. */
type PageAddress = { pathname: string; search: string; hash: string };

/**
 * Path to go to after signing in: one of this console, else Home. Anything that could lead elsewhere (another
 * origin, a scheme, a backslash that browsers read as a slash) is not a path.
 */
export function nextPage(next: string | null): string {
  if (next === null || !/^\/(?![/\\])/.test(next) || /[\\\p{Cc}]/u.test(next)) return '/';
  if (/^\/(sign-in|setup|invitation)(?:[/?#]|$)/.test(next)) return '/';
  return next;
}

/** The sign-in page, which leads back to where somebody is, to the place on the page too. */
export function signInPage({ pathname, search, hash }: PageAddress): string {
  const path = pathname + search + hash;
  return nextPage(path) === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(path)}`;
}
