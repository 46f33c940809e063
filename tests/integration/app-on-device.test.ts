import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestConsole, type TestConsole } from '../support/console';

let app: TestConsole;
beforeAll(async () => {
  app = await startTestConsole();
});
afterAll(() => app.stop());

const get = (path: string, init?: RequestInit) => fetch(`${app.origin}${path}`, init);

test('[H-03] the page that a browser keeps has a policy of hashes, as a header, and no nonce', async () => {
  const response = await get('/shell');
  const policy = response.headers.get('content-security-policy') ?? '';
  expect(response.status).toBe(200);
  expect(policy).toMatch(/script-src 'self' 'sha256-[A-Za-z0-9+/=]+'/);
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy + (await response.text())).not.toMatch(/nonce/);
});

test('[H-02] every other page has a nonce of its own', async () => {
  const nonces = new Set<string>();
  for (const path of ['/', '/', '/roles', '/sign-in']) {
    const policy = (await get(path)).headers.get('content-security-policy') ?? '';
    nonces.add(/'nonce-([^']+)'/.exec(policy)?.[1] ?? 'none');
  }
  expect(nonces.has('none')).toBe(false);
  expect(nonces.size).toBe(4);
});

test('[P-05] what decides about the app on the device is asked for again each time', async () => {
  for (const path of [
    '/service-worker.js',
    '/shell',
    '/manifest.webmanifest',
    '/_app/version.json',
    '/theme.js'
  ])
    expect((await get(path)).headers.get('cache-control'), path).toBe('no-cache');
});

test('[LIV-3] the app can be installed: its manifest names icons that exist', async () => {
  const response = await get('/manifest.webmanifest');
  expect(response.headers.get('content-type')).toMatch(/^application\/manifest\+json/);
  const { icons, start_url, display } = (await response.json()) as {
    icons: { src: string; sizes: string; purpose?: string }[];
    start_url: string;
    display: string;
  };
  expect({ start_url, display }).toEqual({ start_url: '/', display: 'standalone' });
  for (const { src } of icons) expect((await get(src)).status, src).toBe(200);
  expect(icons.map(({ sizes }) => sizes)).toEqual(expect.arrayContaining(['192x192', '512x512']));
  expect(icons.some(({ purpose }) => purpose === 'maskable')).toBe(true);
});

test('[S-11] signing out clears the site in the browser, unless what others left there is to stay', async () => {
  const signOut = (input: object) =>
    get('/trpc/auth.signOut', {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: app.origin },
      body: JSON.stringify(input)
    });
  expect((await signOut({})).headers.get('clear-site-data')).toBe('"cache", "storage"');
  expect((await signOut({ keepStorage: true })).headers.get('clear-site-data')).toBeNull();
});
