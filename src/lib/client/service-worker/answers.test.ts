import { expect, test } from 'vitest';
import { answerTo, fitsBuild } from './answers';

const ORIGIN = 'https://roles.example';
const FILES = new Set(['/theme.js', '/_app/immutable/entry/app.1.js']);
const answer = (path: string, rest: { method?: string; mode?: string } = {}) =>
  answerTo({ method: 'GET', mode: 'cors', url: new URL(path, ORIGIN).href, ...rest }, ORIGIN, FILES);

test.each(['/', '/roles/support', '/administrators?search=a.b', '/sign-in', '/nowhere'])(
  '[LIV-3] the address %s opens without a connection',
  (path) => expect(answer(path, { mode: 'navigate' })).toBe('shell')
);

test.each([
  '/trpc/me.get',
  '/sync/roles',
  '/livez',
  '/readyz',
  '/metrics',
  '/icon-192.png',
  '/export.csv',
  '/export/0190c0de'
])('[P-01] %s is no page of the console', (path) => {
  expect(answer(path, { mode: 'navigate' })).toBe('network');
});

test('[P-01] only files of the app come from a cache', () => {
  expect(answer('/theme.js')).toBe('file');
  expect(answer('/_app/immutable/chunks/of-an-older-build.js')).toBe('file');
  expect(answer('/_app/version.json')).toBe('network');
  expect(answer('/trpc/me.get')).toBe('network');
  expect(answer('/theme.js', { method: 'POST' })).toBe('network');
  expect(answer('https://elsewhere.example/theme.js')).toBe('network');
});

test('[P-05] a page of another build is not taken for one of this', () => {
  const page = (file: string) => `<script>import("/_app/immutable/entry/${file}")</script>`;
  const build = ['/_app/immutable/entry/app.1.js'];
  expect(fitsBuild(page('app.1.js'), build)).toBe(true);
  expect(fitsBuild(page('app.2.js'), build)).toBe(false);
  expect(fitsBuild('<p>down for maintenance</p>', build)).toBe(false);
});
