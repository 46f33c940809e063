import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { comparablePath, type ForwardedRequest } from '../../../core/access/decisions/forward-routes';

/** Header with which a proxy proves itself. */
const SECRET = 'x-rolecall-proxy';
/** Headers as Caddy and Traefik send them, and as nginx is told to. */
const FORWARDED = { method: 'x-forwarded-method', uri: 'x-forwarded-uri' };
const ORIGINAL = { method: 'x-original-method', uri: 'x-original-uri' };
const HOST = 'x-forwarded-host';
const ONCE = new Set([
  SECRET,
  HOST,
  'authorization',
  ...Object.values(FORWARDED),
  ...Object.values(ORIGINAL)
]);
/**
 * Names of the headers by which the proxy tells the program behind it who asks: nobody but the proxy may send them.
 */
const TOLD = /^x-rolecall-/;
const METHOD = /^[A-Z]{1,20}$/;
const HOST_NAME = /^([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)(?::\d{1,5})?$/;

/** True if the proxy sent the right secret, compared in constant time. */
export function provesProxy({ headers }: IncomingMessage, secret: string): boolean {
  const sent = headers[SECRET];
  return typeof sent === 'string' && timingSafeEqual(digest(sent), digest(secret));
}

/**
 * The request that a proxy asks about. What its client could have slipped in beside what the proxy says is refused:
 * a header twice, one under another spelling (`X_Forwarded_Uri`), the headers of two kinds of proxies at once, or
 * what the proxy tells the program behind it (`X-Rolecall-Subject`).
 * @returns 400 for headers that say two things, 403 for an address that can be read in two ways
 */
export function forwardedRequest({ headers, rawHeaders }: IncomingMessage): ForwardedRequest | 400 | 403 {
  const names = rawHeaders.filter((_, at) => at % 2 === 0).map((name) => name.toLowerCase());
  const isSensitive = (plain: string) => ONCE.has(plain) || TOLD.test(plain);
  const sensitive = names.filter((name) => isSensitive(name.replace(/[_.]/g, '-')));
  if (new Set(sensitive).size < sensitive.length || sensitive.some((name) => !ONCE.has(name))) return 400;
  const kinds = [FORWARDED, ORIGINAL].filter(
    ({ method, uri }) => names.includes(method) || names.includes(uri)
  );
  const [kind] = kinds;
  if (!kind || kinds.length > 1) return 400;
  const method = String(headers[kind.method] ?? '');
  const host = headers[HOST] === undefined ? null : HOST_NAME.exec(String(headers[HOST]).toLowerCase())?.[1];
  const path = comparablePath(String(headers[kind.uri] ?? ''));
  if (!METHOD.test(method) || host === undefined || path === null) return 403;
  return { method, host, path };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
