import type { ServerResponse } from 'node:http';

const ALWAYS = Object.entries({
  // What says nothing else is asked for again each time: above all the service worker, which decides about the rest.
  'cache-control': 'no-cache',
  // Of what is no page: its own policy takes the place of this. The service worker asks for what it keeps.
  'content-security-policy':
    "default-src 'none'; script-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'x-frame-options': 'DENY',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=(), interest-cohort=()'
});

/**
 * Headers of every answer, static files included (SECURITY H-01). Strict transport only where there is transport
 * security.
 */
export function setSecurityHeaders(response: ServerResponse, origin: string): void {
  for (const [name, value] of ALWAYS) response.setHeader(name, value);
  if (origin.startsWith('https:'))
    response.setHeader('strict-transport-security', 'max-age=63072000; includeSubDomains');
}
