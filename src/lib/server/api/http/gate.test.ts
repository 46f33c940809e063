import type { IncomingMessage } from 'node:http';
import { describe, expect, test } from 'vitest';
import { isOurHost, isOurOrigin, judgeRequest, MAX_BODY_BYTES } from './gate';

const ORIGIN = 'http://localhost:3000';
const rules = { origin: ORIGIN };

type Head = { method?: string; url?: string; headers?: Record<string, string | undefined> };

const MUTATION = {
  host: 'localhost:3000',
  origin: ORIGIN,
  'content-type': 'application/json',
  'content-length': '2'
};

function request({ method = 'POST', url = '/trpc/roles.edit', headers = {} }: Head): IncomingMessage {
  const given = method === 'POST' ? { ...MUTATION, ...headers } : { host: 'localhost:3000', ...headers };
  return { method, url, headers: given } as unknown as IncomingMessage;
}

/** The status a request is refused with; 0 when it passes. */
const status = (head: Head) => judgeRequest(request(head), rules)?.status ?? 0;

test('what our own pages send passes', () => {
  expect(status({})).toBe(0);
  expect(status({ headers: { 'sec-fetch-site': 'same-origin' } })).toBe(0);
  expect(status({ headers: { 'content-type': 'application/json; charset=utf-8' } })).toBe(0);
  expect(status({ headers: { 'content-type': 'Application/JSON;charset=UTF-8' } })).toBe(0);
  for (const url of [
    '/',
    '/roles',
    '/roles/a%20b?x=1',
    '/trpc/me.get',
    '/trpc/roles.get?input=%7B%22id%22%3A%22a%22%7D'
  ])
    expect(status({ method: 'GET', url })).toBe(0);
});

describe('methods', () => {
  test.each(['PUT', 'PATCH', 'DELETE', 'TRACE', 'CONNECT', 'PROPFIND', 'post', ''])(
    'a request with the method %s is refused',
    (method) => {
      expect(status({ method })).toBe(405);
    }
  );

  test('pages take no POST, procedures neither OPTIONS nor HEAD', () => {
    for (const url of ['/', '/roles', '/trpc', '/sync/roles']) expect(status({ url })).toBe(405);
    for (const method of ['OPTIONS', 'HEAD']) {
      expect(status({ method, url: '/trpc/me.get' })).toBe(405);
      expect(status({ method, url: '/roles' })).toBe(0);
    }
  });
});

describe('hosts', () => {
  test.each([
    undefined,
    '',
    'evil.example',
    'localhost',
    'localhost:3001',
    'localhost:3000.evil.example',
    'evil.example:3000',
    'sub.localhost:3000',
    'localhost:3000, evil.example',
    'user@localhost:3000',
    '127.0.0.1:3000',
    'localhost:3000/',
    'http://localhost:3000'
  ])('the host %s is not the console’s', (host) => {
    expect(status({ headers: { host } })).toBe(421);
    expect(status({ method: 'GET', url: '/', headers: { host } })).toBe(421);
  });

  test('hosts are compared without case', () => expect(isOurHost('LOCALHOST:3000', ORIGIN)).toBe(true));

  test('hosts of the standard port are written without it', () => {
    expect(isOurHost('roles.example', 'https://roles.example')).toBe(true);
    expect(isOurHost('roles.example:80', 'https://roles.example')).toBe(false);
  });
});

describe('origins', () => {
  const FOREIGN = [
    undefined,
    'null',
    '',
    'https://localhost:3000',
    'http://localhost',
    'http://localhost:3001',
    'http://localhost:3000/',
    'http://LOCALHOST:3000',
    'http://localhost:3000.evil.example',
    'http://evil.example',
    'http://sub.localhost:3000',
    'http://user@localhost:3000',
    'http://localhost:3000 http://evil.example'
  ];
  test.each(FOREIGN)('a page of the origin %s changes nothing here', (origin) =>
    expect(status({ headers: { origin } })).toBe(403)
  );

  test.each(['cross-site', 'same-site', 'none', '', 'garbage'])(
    'a browser that says %s is believed, whatever the Origin',
    (site) => expect(status({ headers: { 'sec-fetch-site': site } })).toBe(403)
  );

  test('a socket is asked for the same', () => {
    for (const origin of FOREIGN) expect(isOurOrigin(request({ headers: { origin } }), ORIGIN)).toBe(false);
    expect(isOurOrigin(request({}), ORIGIN)).toBe(true);
  });

  test('no combination of method, type and foreign origin reaches a procedure that changes something', () => {
    const types = [
      'application/json',
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data',
      ''
    ];
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'])
      for (const type of types)
        for (const origin of FOREIGN)
          expect(status({ method, headers: { ...MUTATION, origin, 'content-type': type } })).toBeGreaterThan(
            399
          );
  });
});

test.each([
  undefined,
  '',
  'text/plain',
  'text/plain; application/json',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/json, text/plain',
  'application/json; charset=utf-16',
  'application/json+x',
  'application/ld+json',
  'json',
  'text/json'
])('the content type %s is refused', (type) =>
  expect(status({ headers: { 'content-type': type } })).toBe(415)
);

describe('bodies', () => {
  test('bodies of up to 64 KiB pass', () => {
    expect(status({ headers: { 'content-length': String(MAX_BODY_BYTES) } })).toBe(0);
    expect(status({ headers: { 'content-length': String(MAX_BODY_BYTES + 1) } })).toBe(413);
    expect(status({ headers: { 'content-length': '10485760' } })).toBe(413);
  });

  test('bodies say their length beforehand', () => {
    expect(status({ headers: { 'content-length': undefined } })).toBe(411);
    expect(status({ headers: { 'transfer-encoding': 'chunked' } })).toBe(411);
    expect(status({ method: 'GET', url: '/trpc/me.get', headers: { 'transfer-encoding': 'chunked' } })).toBe(
      411
    );
    expect(status({ method: 'GET', url: '/trpc/me.get', headers: { 'content-length': '70000' } })).toBe(413);
  });
});

describe('batches', () => {
  const batch = (n: number, query = '?batch=1') => `/trpc/${Array(n).fill('roles.list').join(',')}${query}`;

  test('hold at most ten calls', () => {
    expect(status({ url: batch(10) })).toBe(0);
    expect(status({ url: batch(11) })).toBe(400);
    expect(status({ method: 'GET', url: batch(11) })).toBe(400);
    expect(status({ method: 'GET', url: batch(600) })).toBe(400);
    expect(status({ method: 'GET', url: batch(8000) })).toBe(414);
  });

  test('hide no call behind an encoded comma', () => {
    expect(status({ method: 'GET', url: batch(11).replaceAll(',', '%2C') })).toBe(400);
    expect(status({ method: 'GET', url: batch(11).replaceAll(',', '%2c') })).toBe(400);
  });

  test('calls of several procedures are called batches', () => {
    for (const query of ['', '?batch=2', '?batch=10', '?abatch=1', '?x=batch=1'])
      expect(status({ url: batch(2, query) })).toBe(400);
    expect(status({ url: batch(2, '?input=%7B%7D&batch=1') })).toBe(0);
  });

  test('hold no credentials: those calls travel alone', () => {
    for (const name of ['auth.signIn', 'auth.signOut', 'setup.createOwner', 'setup.status'])
      for (const url of [`/trpc/${name},roles.edit?batch=1`, `/trpc/roles.edit,${name}?batch=1`])
        expect(status({ url })).toBe(400);
    expect(status({ url: '/trpc/auth.signIn,auth.signIn?batch=1' })).toBe(400);
    expect(status({ url: '/trpc/auth%2EsignIn,auth.signIn?batch=1' })).toBe(400);
    expect(status({ url: '/trpc/auth.signIn' })).toBe(0);
    expect(status({ url: '/trpc/auth.signIn?batch=1' })).toBe(0);
  });
});

describe('addresses', () => {
  test.each([
    '/x/../trpc/roles.list',
    '/./trpc/roles.list',
    '/%2e/trpc/roles.list',
    '/x/%2E%2e/trpc/roles.list',
    '/\\trpc/roles.list',
    '\\trpc\\roles.list',
    '/\t/trpc/roles.list',
    'http://localhost:3000/trpc/roles.list',
    'trpc/roles.list',
    '*',
    '/trpc/roles list'
  ])('%s does not mean what it says', (url) => {
    expect(status({ method: 'GET', url })).toBe(400);
    expect(status({ method: 'POST', url })).toBe(400);
  });

  test('that cannot be decoded are refused', () => {
    expect(status({ url: '/trpc/%E0%A4%A' })).toBe(400);
    expect(status({ url: '/trpc/%' })).toBe(400);
    for (const url of ['/roles/%E0%A4%A', '/%', '/administrators/%zz', '/_app/%ff'])
      expect(status({ method: 'GET', url })).toBe(400);
  });

  test('addresses are at most 8 KiB', () => {
    expect(status({ method: 'GET', url: `/roles?${'x'.repeat(8185)}` })).toBe(0);
    expect(status({ method: 'GET', url: `/roles?${'x'.repeat(8186)}` })).toBe(414);
  });
});
