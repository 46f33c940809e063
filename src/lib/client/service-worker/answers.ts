/**
 * Source of the service worker's answer to a request: the page from the cache, a file from the cache, or the
 * network, which is left to the browser.
 */
export type Answer = 'shell' | 'file' | 'network';

/** A request as far as the answer depends on it. */
export type FetchRequest = { method: string; mode: string; url: string };

/** Served by the server alone; everything else without a dot in its last part is a page. */
const NO_PAGE = /^\/(?:trpc|sync|export|livez|readyz|metrics)(?:\/|$)/;
/** Named by their content: whatever version asks for one gets the right one, from whichever cache holds it. */
export const NAMED_BY_CONTENT = /^\/_app\/immutable\//;

/**
 * Data is never answered from a cache: it lives in the replicas, which know who may read it. Pages are a shell without
 * anybody's data, the same for every address (docs/decisions).
 */
export function answerTo(asked: FetchRequest, origin: string, files: ReadonlySet<string>): Answer {
  const url = new URL(asked.url);
  if (asked.method !== 'GET' || url.origin !== origin) return 'network';
  if (asked.mode === 'navigate') return isPage(url.pathname) ? 'shell' : 'network';
  return files.has(url.pathname) || NAMED_BY_CONTENT.test(url.pathname) ? 'file' : 'network';
}

function isPage(path: string): boolean {
  return !NO_PAGE.test(path) && !path.slice(path.lastIndexOf('/')).includes('.');
}

/** True when a page loads files of one build alone. */
export function fitsBuild(html: string, build: readonly string[]): boolean {
  const known = new Set(build);
  const named = html.match(/\/_app\/immutable\/[^"'\s)]+/g) ?? [];
  return named.length > 0 && named.every((file) => known.has(file));
}
