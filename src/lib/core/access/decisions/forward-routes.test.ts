import { expect, test } from 'vitest';
import { comparablePath, routeFor } from './forward-routes';

test.each([
  ['/', '/'],
  ['/lists/17?x=../y;z', '/lists/17'],
  ['/%61dmin', '/admin'],
  ['/caf%C3%A9', '/café'],
  ['/a.b/..c/.well-known', '/a.b/..c/.well-known']
])('%s is %s', (uri, path) => expect(comparablePath(uri)).toBe(path));

test.each([
  ...[
    '',
    'admin',
    'http://elsewhere/',
    '//admin',
    '/a//b',
    '/..',
    '/a/../b',
    '/a/./b',
    '/a/.',
    '/a;b',
    '/a\\b'
  ],
  ...[
    '/%2e%2e/a',
    '/a/%2E./b',
    '/a%2fb',
    '/a%2Fb',
    '/a%5cb',
    '/a%3bb',
    '/a%00',
    '/a%250a',
    '/%',
    '/%zz',
    '/%ff',
    '/a%0d%0a'
  ],
  '/a\u0001b'
])('[DEC-4] %j can be read in two ways: it has no path', (uri) => expect(comparablePath(uri)).toBeNull());

test('[DEC-4] the first route that fits decides; a path is no prefix of a longer name', () => {
  const routes = [
    { method: 'DELETE', host: '*', path: '/lists', permission: 'delete' },
    { method: '*', host: 'admin.example', path: '/', permission: 'admin' },
    { method: '*', host: '*', path: '/lists/', permission: 'view' }
  ];
  const of = (method: string, host: string | null, path: string) =>
    routeFor(routes, { method, host, path })?.permission;
  expect(of('DELETE', null, '/lists/17')).toBe('delete');
  expect(of('DELETE', null, '/lists')).toBe('delete');
  expect(of('GET', 'admin.example', '/anything')).toBe('admin');
  expect(of('GET', 'other.example', '/lists/17')).toBe('view');
  expect(of('GET', null, '/lists')).toBeUndefined();
  expect(of('DELETE', null, '/listsx')).toBeUndefined();
  expect(of('GET', 'other.example', '/')).toBeUndefined();
});
