import { networkOf } from '../../auth/attempts';
import { SESSION_COOKIE } from '../../auth/sessions';
import { sha256 } from '../../auth/token';

/**
 * The key under which a request counts as its session's, whether or not there is one: the whole cookie, which
 * somebody who knows only its public part cannot use up. Null without one.
 */
export function sessionKey(cookies: Record<string, string | undefined>): string | null {
  const cookie = cookies[SESSION_COOKIE];
  return cookie ? sha256(cookie).toString('base64') : null;
}

/**
 * The key under which a request counts as its address's. Null for this machine: without a trusted proxy everybody
 * behind one has that.
 */
export function networkKey(ip: string | null): string | null {
  return ip === null || ip === '::1' || ip.startsWith('127.') ? null : networkOf(ip);
}
