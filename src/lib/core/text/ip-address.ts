/**
 * IP address in the one spelling in which the server keeps addresses: IPv6 small and shortened, IPv4 that is written
 * as IPv6 as IPv4. Other text comes back as it is.
 */
export function ipAddressKey(text: string): string {
  const address = text.trim();
  // What is no address of letters, digits and colons could mean something else inside of a URL.
  if (!/^(?=(?:[^:]*:){2})[\da-f:.]+$/i.test(address) || !URL.canParse(`http://[${address}]`)) return text;
  const short = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [, high, low] = /^::ffff:([\da-f]{1,4}):([\da-f]{1,4})$/.exec(short) ?? [];
  return high === undefined || low === undefined ? short : [...bytesOf(high), ...bytesOf(low)].join('.');
}

function bytesOf(group: string): [number, number] {
  const value = Number.parseInt(group, 16);
  return [value >> 8, value & 0xff];
}
