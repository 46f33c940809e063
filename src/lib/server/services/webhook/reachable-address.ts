import { BlockList, isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import { resolveName, type Resolve } from './resolve-name';
import { Unreachable } from './unreachable';

/**
 * Networks that are not public internet: this machine, private and shared networks, links (cloud metadata),
 * documentation, tests, groups. Of IPv6 only what is given out (2000::/3) is public, without what carries IPv4
 * inside or is not routed.
 */
const NOT_PUBLIC: Record<4 | 6, readonly [network: string, prefix: number][]> = {
  4: [
    ['0.0.0.0', 8],
    ['10.0.0.0', 8],
    ['100.64.0.0', 10],
    ['127.0.0.0', 8],
    ['169.254.0.0', 16],
    ['172.16.0.0', 12],
    ['192.0.0.0', 24],
    ['192.0.2.0', 24],
    ['192.88.99.0', 24],
    ['192.168.0.0', 16],
    ['198.18.0.0', 15],
    ['198.51.100.0', 24],
    ['203.0.113.0', 24],
    ['224.0.0.0', 3]
  ],
  6: [
    ['::', 3],
    ['4000::', 2],
    ['8000::', 1],
    ['2001::', 23],
    ['2001:db8::', 32],
    ['2002::', 16],
    ['3fff::', 20]
  ]
};

/** One list for each family: in a common one an IPv4 address counts as the IPv6 address that carries it. */
const notPublic = { 4: listOf(NOT_PUBLIC[4]), 6: listOf(NOT_PUBLIC[6]) };
const loopback = { 4: listOf([['127.0.0.0', 8]]), 6: listOf([['::1', 128]]) };

/** An address with its family, to connect to. */
export type Address = { address: string; family: 4 | 6 };

export type Reach = {
  /** Addresses of this machine may be posted to, over http too. */
  allowLoopback: boolean;
  /** Origin of this console for people: what answers there is this console, or what stands in front of it. */
  ownOrigin?: string | undefined;
  /** The resolver of the process unless a test says otherwise, and so its own addresses. */
  resolve?: Resolve | undefined;
  ownAddresses?: (() => readonly string[]) | undefined;
};

/**
 * The address to connect to for a web address: every address of its name must be one of the internet and none of
 * its own (or of this machine, where the environment allows that), so that nobody makes the console speak to what
 * stands beside it, or to itself.
 * @throws Unreachable
 */
export async function reachableAddress(
  url: URL,
  { allowLoopback, ownOrigin, resolve = resolveName, ownAddresses = ofInterfaces }: Reach
): Promise<Address> {
  const host = hostOf(url);
  const found = await foundBy(resolve, host);
  const [first] = found;
  if (!first) throw new Unreachable(`No server named ${host} was found.`);
  const onThisMachine = allowLoopback && found.every(({ address }) => isIn(loopback, address));
  if (!onThisMachine && found.some(({ address }) => isIn(notPublic, address)))
    throw new Unreachable(
      'This address is private, local or reserved. Alerts are posted to public addresses only.'
    );
  if (!onThisMachine && url.protocol !== 'https:')
    throw new Unreachable('The address must begin with https://.');
  if (!allowLoopback) {
    const own = new Set(ownAddresses());
    if (ownOrigin)
      for (const { address } of await foundBy(resolve, hostOf(new URL(ownOrigin)))) own.add(address);
    if (found.some(({ address }) => own.has(address)))
      throw new Unreachable('This is an address of this server. Alerts are posted to other servers only.');
  }
  return { address: first.address, family: first.family === 6 ? 6 : 4 };
}

function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '');
}

/** Nothing of a name that is not found; that there are too many look-ups is said. */
function foundBy(resolve: Resolve, host: string): ReturnType<Resolve> {
  return resolve(host).catch((error: unknown) => {
    if (error instanceof Unreachable) throw error;
    return [];
  });
}

/**
 * Addresses of this machine's interfaces. Behind a router they are not those the internet knows it by, which its
 * origin may be.
 */
function ofInterfaces(): string[] {
  return Object.values(networkInterfaces()).flatMap((all = []) => all.map(({ address }) => address));
}

function isIn(lists: Record<4 | 6, BlockList>, address: string): boolean {
  const plain = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address;
  const family = isIP(plain);
  // What is no address at all is none to connect to.
  if (family !== 4 && family !== 6) return lists === notPublic;
  return lists[family].check(plain, family === 6 ? 'ipv6' : 'ipv4');
}

function listOf(networks: readonly (readonly [string, number])[]): BlockList {
  const list = new BlockList();
  for (const [network, prefix] of networks)
    list.addSubnet(network, prefix, network.includes(':') ? 'ipv6' : 'ipv4');
  return list;
}
