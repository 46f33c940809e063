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
 * Address of everybody whom a trusted proxy names in a way that cannot be read ("unknown", a name). One of its own:
 * taken for the proxy's, the failed attempts of some would keep everybody out who comes through it.
 */
export const UNREADABLE = '0.0.0.0';

/**
 * The address of the client and of the socket's other end (SECURITY H-06). `X-Forwarded-For` is read only when the
 * peer is a trusted proxy, from right to left past further trusted ones; what is no address ends the walk, as
 * UNREADABLE.
 */
export function clientAddress(
  request: IncomingMessage,
  trusted: BlockList
): { ip: string | null; peer: string | null } {
  const peer = plain(request.socket.remoteAddress);
  let ip = peer;
  const forwarded = request.headers['x-forwarded-for'];
  if (forwarded === undefined) return { ip, peer };
  const list = Array.isArray(forwarded) ? forwarded.join(',') : forwarded;
  const hops = list.split(',').filter((hop) => hop.trim() !== '');
  while (ip !== null && hops.length > 0 && isTrusted(trusted, ip)) {
    const next = plain(withoutPort(hops.pop()!.trim()));
    if (next === null) return { ip: UNREADABLE, peer };
    ip = next;
  }
  return { ip, peer };
}

/** The address in `1.2.3.4:80`, `[2001:db8::1]`, `[2001:db8::1]:443`, each also in quotes; other text as it is. */
function withoutPort(hop: string): string {
  const bare = /^"(.*)"$/.exec(hop)?.[1] ?? hop;
  return /^(?:\[(.+)\]|([\d.]+))(?::\d{1,5})?$/.exec(bare)?.slice(1).find(Boolean) ?? bare;
}

function isTrusted(trusted: BlockList, address: string): boolean {
  return trusted.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

/** An address in its one canonical spelling, without the IPv4-in-IPv6 wrapping; null when it is none. */
function plain(address: string | undefined): string | null {
  const family = isIP(address ?? '');
  if (address === undefined || family === 0) return null;
  if (family === 4) return address;
  // A zone (`%eth0`) names this machine's interface, not the other end.
  const bare = address.split('%', 1)[0]!;
  // As every connection over IPv4 is told of where both are listened at.
  const wrapped = bare.startsWith('::ffff:') ? bare.slice('::ffff:'.length) : '';
  if (isIP(wrapped) === 4) return wrapped;
  return new SocketAddress({ address: bare, family: 'ipv6' }).address.replace(/^::ffff:(?=\d+\.)/, '');
}
