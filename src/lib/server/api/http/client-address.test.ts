import type { IncomingMessage } from 'node:http';
import { describe, expect, test } from 'vitest';
import { clientAddress, trustedProxies, UNREADABLE } from './client-address';

function request(peer: string | undefined, forwarded?: string | string[]): IncomingMessage {
  return {
    socket: { remoteAddress: peer },
    headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded }
  } as unknown as IncomingMessage;
}

const of = (peer: string | undefined, forwarded: string | string[] | undefined, trusted: string[]) =>
  clientAddress(request(peer, forwarded), trustedProxies(trusted)).ip;

/** Header values that people send to look like somebody else. */
const CLAIMS = [
  '1.2.3.4',
  '127.0.0.1',
  '10.0.0.1',
  '::1',
  '::ffff:127.0.0.1',
  '::ffff:7f00:1',
  '1.2.3.4, 5.6.7.8',
  '127.0.0.1, 127.0.0.1',
  'unknown',
  '',
  ',',
  ' ',
  '1.2.3.4:8080',
  '[2001:db8::1]:443',
  '1.2.3.4\t',
  'for=1.2.3.4',
  '"1.2.3.4"',
  '0177.0.0.1',
  '0x7f000001',
  '2130706433',
  '1.2.3',
  '1.2.3.4.5',
  '999.1.1.1',
  'localhost',
  'fe80::1%eth0',
  '\u0000127.0.0.1',
  "1.2.3.4'; drop table sessions; --",
  '１.２.３.４',
  'a'.repeat(5000),
  '1.2.3.4,'.repeat(1000)
];

describe('[H-06] from a peer that is not trusted', () => {
  test.each(CLAIMS)('nothing that a peer without trust says of an address is believed: %j', (claim) => {
    expect(of('203.0.113.9', claim, [])).toBe('203.0.113.9');
    expect(of('203.0.113.9', [claim, claim], ['10.0.0.0/8'])).toBe('203.0.113.9');
  });
});

describe('[H-06] through a trusted proxy', () => {
  test.each(CLAIMS)('what the client claims is left of what the proxy adds: %j', (claim) => {
    expect(of('10.0.0.1', `${claim}, 198.51.100.7`, ['10.0.0.0/8'])).toBe('198.51.100.7');
    expect(of('10.0.0.1', [claim, '198.51.100.7'], ['10.0.0.0/8'])).toBe('198.51.100.7');
  });

  test.each([
    ['one proxy', '198.51.100.7', '198.51.100.7'],
    ['two proxies', '198.51.100.7, 10.0.0.2', '198.51.100.7'],
    ['a liar behind two proxies', '1.2.3.4, 198.51.100.7, 10.0.0.2', '198.51.100.7'],
    ['blanks and tabs', '\t198.51.100.7 ,  10.0.0.2 ', '198.51.100.7'],
    ['no header value', '', '10.0.0.1'],
    ['no value between commas', ' , ,', '10.0.0.1'],
    ['a comma at the end', '198.51.100.7, ', '198.51.100.7'],
    ['what cannot be read', 'unknown', UNREADABLE],
    ['what cannot be read before a trusted one', 'unknown, 10.0.0.2', UNREADABLE],
    ['what cannot be read behind an address', '198.51.100.7, _hidden', UNREADABLE],
    ['a port', '198.51.100.7:1234', '198.51.100.7'],
    ['a port at a trusted one', '198.51.100.7:1234, 10.0.0.2:80', '198.51.100.7'],
    ['quotes', '"198.51.100.7"', '198.51.100.7'],
    ['quotes and a port', '"198.51.100.7:1234"', '198.51.100.7'],
    ['brackets', '[2001:DB8::7]', '2001:db8::7'],
    ['brackets and a port', '[2001:db8::7]:443', '2001:db8::7'],
    ['brackets, quotes and a port', '"[2001:db8::7]:443"', '2001:db8::7'],
    ['IPv4 in IPv6 with a port', '[::ffff:198.51.100.7]:443', '198.51.100.7'],
    ['a port that is none', '198.51.100.7:http', UNREADABLE],
    ['brackets that do not end', '[2001:db8::7', UNREADABLE],
    ['only trusted ones', '10.0.0.3, 10.0.0.2', '10.0.0.3'],
    ['IPv6', '2001:db8::7', '2001:db8::7'],
    ['IPv6 in another spelling', '2001:0DB8:0:0::7', '2001:db8::7'],
    ['IPv4 in IPv6', '::ffff:198.51.100.7', '198.51.100.7'],
    ['IPv4 in IPv6, as numbers', '::FFFF:c633:6407', '198.51.100.7'],
    ['a zone', 'fe80::7%eth0', 'fe80::7'],
    ['a trusted one in IPv6 dress', '198.51.100.7, ::ffff:10.0.0.2', '198.51.100.7']
  ])('%s', (_, forwarded, expected) => {
    expect(of('10.0.0.1', forwarded, ['10.0.0.0/8'])).toBe(expected);
  });

  test('[H-06] the peer is recognised in IPv6 dress, and kept beside the client', () => {
    const trusted = trustedProxies(['10.0.0.0/8', '::1']);
    expect(clientAddress(request('::ffff:10.0.0.1', '198.51.100.7'), trusted)).toEqual({
      ip: '198.51.100.7',
      peer: '10.0.0.1'
    });
    expect(clientAddress(request('::1', '198.51.100.7'), trusted)).toEqual({
      ip: '198.51.100.7',
      peer: '::1'
    });
    expect(clientAddress(request('::2', '198.51.100.7'), trusted)).toEqual({ ip: '::2', peer: '::2' });
  });
});

test('a socket that is gone has no address', () => {
  expect(clientAddress(request(undefined, '1.2.3.4'), trustedProxies([]))).toEqual({ ip: null, peer: null });
});

test.each([
  'proxy',
  '10.0.0.0/33',
  '10.0.0.0/x',
  '10.0.0.0/-1',
  '10.0.0.0/8/8',
  '::1/129',
  '10.0.0.0/',
  '1.2.3',
  ''
])('TRUSTED_PROXIES of %j stops the start with a clear line', (item) =>
  expect(() => trustedProxies([item])).toThrow(/^TRUSTED_PROXIES: .* is not a(n address| network)$/)
);
