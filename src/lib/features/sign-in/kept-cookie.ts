import { askWhoOnce } from '$lib/client/api/api';

/**
 * Problem of a browser that keeps no cookie, as a sentence, asked right after the server began a session; null when
 * it was kept, or the server does not answer. Without it whoever signs in comes back to the same page without a word.
 */
export async function cookieProblem(): Promise<string | null> {
  const kept = await askWhoOnce().then(
    (here) => here !== null,
    () => true
  );
  return kept ? null : noCookieWords(location.protocol);
}

function noCookieWords(protocol: string): string {
  const helps =
    protocol === 'http:'
      ? 'Some browsers, such as Safari, keep none from an address that begins with http: use another browser, or https.'
      : 'Allow cookies for this address, or use another browser.';
  return `This browser didn’t keep the cookie that keeps you signed in. ${helps}`;
}
