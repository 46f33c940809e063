import { BlockList, isIP, SocketAddress } from 'node:net';
import type { IncomingMessage } from 'node:http';

/**
 * Addresses and networks (`10.0.0.0/8`, `::1`; checked with the environment) that are believed about who is behind
 * them.
 */
export function trustedProxies(list: readonly string[]): BlockList {
  const trusted = new BlockList();
  for (const item of list) {
    const [address = '', prefix, ...more] = item.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    const longest = family === 'ipv6' ? 128 : 32;
    if (isIP(address) === 0 || more.length > 0) throw new Error(`TRUSTED_PROXIES: ${item} is not an address`);
    if (prefix === undefined) trusted.addAddress(address, family);
    else if (/^\d{1,3}$/.test(prefix) && Number(prefix) <= longest)
      trusted.addSubnet(address, Number(prefix), family);
    else throw new Error(`TRUSTED_PROXIES: ${item} is not a network`);
  }
  return trusted;
}

/**
 * The address of the client and of the socket's other end (SECURITY H-06). `X-Forwarded-For` is read only when the
 * peer is a trusted proxy, from right to left past further trusted ones; anything that is not an address ends the
 * walk.
 */
export function clientAddress(
  request: IncomingMessage,
  trusted: BlockList
): { ip: string | null; peer: string | null } {
  const peer = plain(request.socket.remoteAddress);
  let ip = peer;
  const forwarded = request.headers['x-forwarded-for'];
  const hops = (Array.isArray(forwarded) ? forwarded.join(',') : (forwarded ?? '')).split(',');
  while (ip !== null && hops.length > 0 && isTrusted(trusted, ip)) {
    const next = plain(hops.pop()?.trim());
    if (next === null) break;
    ip = next;
  }
  return { ip, peer };
}

function isTrusted(trusted: BlockList, address: string): boolean {
  return trusted.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

/** An address in its one canonical spelling, without the IPv4-in-IPv6 wrapping; null when it is none. */
function plain(address: string | undefined): string | null {
  if (address === undefined || isIP(address) === 0) return null;
  // A zone (`%eth0`) names this machine's interface, not the other end.
  const bare = address.split('%', 1)[0]!;
  if (isIP(bare) === 4) return bare;
  return new SocketAddress({ address: bare, family: 'ipv6' }).address.replace(/^::ffff:(?=\d+\.)/, '');
}
