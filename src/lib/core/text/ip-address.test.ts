import { SocketAddress } from 'node:net';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ipAddressKey } from './ip-address';

test.each([
  ['2001:DB8::7', '2001:db8::7'],
  ['2001:0db8:0000:0000:0000:0000:0000:0007', '2001:db8::7'],
  [' 2001:db8:0:0::7 ', '2001:db8::7'],
  ['::FFFF:203.0.113.9', '203.0.113.9'],
  ['::ffff:cb00:7109', '203.0.113.9'],
  ['203.0.113.9', '203.0.113.9'],
  ['::1', '::1'],
  ['12:30', '12:30'],
  ['2001:db8::/32', '2001:db8::/32'],
  ['a:b:c', 'a:b:c'],
  ['', '']
])('[LOG-4] %j in one spelling is %j', (text, key) => {
  expect(ipAddressKey(text)).toBe(key);
});

test('[LOG-4] the spelling is that in which addresses of clients are kept', () => {
  fc.assert(
    fc.property(fc.ipV6(), (address) => {
      const kept = new SocketAddress({ address, family: 'ipv6' }).address;
      // Those that carry an IPv4 address in the old way ("::1.2.3.4") are nobody's.
      fc.pre(!kept.includes('.'));
      expect(ipAddressKey(address)).toBe(kept);
      expect(ipAddressKey(address.toUpperCase())).toBe(kept);
    })
  );
});
