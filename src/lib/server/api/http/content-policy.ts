/** The page that the service worker keeps: made at build time, so that its policy lists hashes instead of a nonce. */
export const SHELL_PATH = '/shell';

const META = /<meta http-equiv="content-security-policy" content="([^"]*)"/;

/**
 * The policy of a prerendered page, to be sent as a header (SECURITY H-03): in the page itself browsers ignore who
 * may frame it.
 * @throws when the page has none
 */
export function policyOf(html: string): string {
  const policy = META.exec(html)?.[1];
  if (!policy) throw new Error('the prerendered page has no content security policy');
  const plain = policy.replaceAll('&#39;', "'").replaceAll('&quot;', '"').replaceAll('&amp;', '&');
  return /frame-ancestors/.test(plain) ? plain : `${plain}; frame-ancestors 'none'`;
}
