import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { SESSION_COOKIE } from '../../src/lib/server/auth/sessions';
import type { ApiClient } from './api-client';
import { AT_LAST_MS, SLOWDOWN } from './at-last';
import { launchChromium } from './chromium';

export const DESK = { width: 1440, height: 900 };
export const PHONE = { width: 360, height: 740 };

/** A person at a screen: a browser context of their own, whose page must not complain. */
export type Screen = { page: Page; context: BrowserContext; /** Errors the page met. */ errors: string[] };

export type BrowserHandle = {
  /** Opens a screen; as somebody when their client is given. */
  open(client: ApiClient | { origin: string }, options?: BrowserContextOptions): Promise<Screen>;
};

/**
 * Files of one worker, which come one after another, share it: it hangs on the global object, and ends with the
 * worker.
 */
const BROWSER = Symbol.for('rolecall.test.browser');
const shared = globalThis as { [BROWSER]?: Browser };

async function sharedBrowser(): Promise<Browser> {
  if (!shared[BROWSER]?.isConnected()) shared[BROWSER] = await launchChromium();
  return shared[BROWSER]!;
}

/** A real Chromium. A screen that is opened in a test closes with it, and all of them with the file of tests. */
export function useBrowser(): BrowserHandle {
  let browser: Browser;
  let ofTest: BrowserContext[] | null = null;
  beforeAll(async () => {
    browser = await sharedBrowser();
  });
  beforeEach(() => {
    ofTest = [];
  });
  // Pages that nobody looks at any more are live all the same, and take their share of the machine.
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await showScreens(task.name, ofTest!);
    await Promise.all(ofTest!.map((context) => context.close().catch(() => undefined)));
    ofTest = null;
  });
  afterAll(async () => {
    await Promise.all(browser?.contexts().map((context) => context.close().catch(() => undefined)) ?? []);
  });
  return {
    async open(client, options = {}) {
      // Tests that are not about the app on the device need not put it there: that is a hundred and fifty files each
      // time. Nor does what fades or turns change what they are about, and a software renderer draws every frame of
      // it.
      const context = await browser.newContext({
        viewport: DESK,
        baseURL: client.origin,
        serviceWorkers: 'block',
        reducedMotion: 'reduce',
        ...options
      });
      ofTest?.push(context);
      if (SLOWDOWN > 1) context.on('page', (page) => void slowDown(page).catch(() => undefined));
      context.setDefaultTimeout(AT_LAST_MS);
      if ('cookie' in client && client.cookie) {
        const value = client.cookie.slice(client.cookie.indexOf('=') + 1);
        await context.addCookies([
          // Given by domain and path: a cookie given by address takes its path from there, and `__Host-` forbids that.
          {
            name: SESSION_COOKIE,
            value,
            domain: 'localhost',
            path: '/',
            secure: true,
            httpOnly: true,
            sameSite: 'Lax'
          }
        ]);
      }
      const page = await context.newPage();
      const errors: string[] = [];
      page.on('pageerror', (error) => errors.push(error.stack ?? error.message));
      page.on('console', (message) => {
        if (message.type() === 'error' && !isNetworkNoise(message.text())) errors.push(message.text());
      });
      return { page, context, errors };
    }
  };
}

/**
 * Makes a page compute as on a tired phone: whatever lies between two of its steps takes so long that something else
 * comes between them.
 * @throws when it is gone already
 */
async function slowDown(page: Page): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: SLOWDOWN });
}

/** Prints what stood on the screens of a test that failed: what one waited for in vain says little by itself. */
async function showScreens(test: string, contexts: readonly BrowserContext[]): Promise<void> {
  for (const page of contexts.flatMap((context) => context.pages())) {
    const shown = await page
      .evaluate(() => `${location.href} (${navigator.onLine ? 'on' : 'off'}line)\n${document.body.innerText}`)
      .catch(String);
    process.stderr.write(`\nOn a screen of "${test}": ${shown.slice(0, 4000)}\n`);
  }
}

/** Refused requests and cut connections are what some tests are about; the browser reports them by itself. */
function isNetworkNoise(text: string): boolean {
  return /Failed to load resource|net::ERR_|WebSocket connection to/.test(text);
}
