import { BlockList, isIP } from 'node:net';

/** Addresses and networks as they are stored: in small letters, each once; `wrong` is the first that is none. */
export function tidyNetworks(networks: readonly string[]): { networks: string[]; wrong: string | null } {
  const tidy = [...new Set(networks.map((network) => network.trim().toLowerCase()))];
  return { networks: tidy, wrong: tidy.find((network) => !isNetwork(network)) ?? null };
}

function isNetwork(text: string): boolean {
  const [address = '', prefix, ...more] = text.split('/');
  const family = isIP(address);
  if (family === 0 || more.length > 0 || address.includes('%')) return false;
  if (prefix === undefined) return true;
  if (!/^\d{1,3}$/.test(prefix) || Number(prefix) > (family === 6 ? 128 : 32)) return false;
  // What the list is looked up with must take it.
  new BlockList().addSubnet(address, Number(prefix), family === 6 ? 'ipv6' : 'ipv4');
  return true;
}
