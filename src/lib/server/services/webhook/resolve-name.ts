import { Resolver } from 'node:dns/promises';
import { isIP } from 'node:net';
import { Unreachable } from './unreachable';

/** An address as it was found; `family` is 4 or 6. */
export type Found = { address: string; family: number };
/** Finds the addresses of a name. */
export type Resolve = (host: string) => Promise<readonly Found[]>;

const TIMEOUT_MS = 1500;
const TRIES = 2;
/** Names that are looked up at once, at most. */
const MOST = 8;

type Options = { servers?: readonly string[]; timeoutMs?: number; most?: number };

/**
 * Looks names up without the threads of the process: a name server that does not answer would hold one for as long as
 * the system likes, and there are four, which files and passwords need as well. Each look-up ends in time, and there
 * are few at once. Files of names (`/etc/hosts`) are not read; `localhost` is this machine.
 * @throws Unreachable when too many are under way; nothing is found of a name that has no answer in time
 */
export function nameResolver({ servers, timeoutMs = TIMEOUT_MS, most = MOST }: Options = {}): Resolve {
  let under = 0;
  return async (host) => {
    const family = isIP(host);
    if (family !== 0) return [{ address: host, family }];
    if (/^(?:.*\.)?localhost$/i.test(host)) return LOCALHOST;
    if (under >= most)
      throw new Unreachable('Too many addresses are being looked up. Try again in a moment.');
    under += 1;
    const resolver = new Resolver({ timeout: timeoutMs, tries: TRIES });
    if (servers) resolver.setServers(servers);
    // Tries may be spread over several servers: altogether it takes no longer than this.
    const stop = setTimeout(() => resolver.cancel(), timeoutMs * TRIES);
    try {
      const [four, six] = await Promise.all([
        resolver.resolve4(host).catch(() => []),
        resolver.resolve6(host).catch(() => [])
      ]);
      return [
        ...four.map((address) => ({ address, family: 4 })),
        ...six.map((address) => ({ address, family: 6 }))
      ];
    } finally {
      clearTimeout(stop);
      under -= 1;
    }
  };
}

const LOCALHOST: readonly Found[] = [
  { address: '127.0.0.1', family: 4 },
  { address: '::1', family: 6 }
];

/** The resolver of the process: what is under way is counted together. */
export const resolveName = nameResolver();
