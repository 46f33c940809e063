import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const LOOPBACK_NAMES = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i;
const LOOPBACK_PEERS = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);

/**
 * True if a request may read `/metrics`. With a token: whoever sends it as `Authorization: Bearer`, from anywhere.
 * Without one: this machine alone, by one of its own names. The name matters: a page of another site can make a
 * browser here ask for this address (DNS rebinding), and a proxy passes on what the outside asks for under the
 * public name.
 */
export function mayReadMetrics(
  { headers, socket }: Pick<IncomingMessage, 'headers'> & { socket: { remoteAddress?: string | undefined } },
  token: string | undefined
): boolean {
  if (token !== undefined) {
    const [, sent] = /^Bearer (\S+)$/.exec(headers.authorization ?? '') ?? [];
    return sent !== undefined && timingSafeEqual(digest(sent), digest(token));
  }
  return LOOPBACK_PEERS.has(socket.remoteAddress ?? '') && LOOPBACK_NAMES.test(headers.host ?? '');
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
