import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import type { ApiClient } from './api-client';
import { AT_LAST_MS, SLOWDOWN } from './at-last';
import { launchChromium } from './chromium';
import { sessionCookie } from './session-cookie';

export const DESK = { width: 1440, height: 900 };
export const PHONE = { width: 360, height: 740 };

/** A person at a screen: a browser context of their own, no page of which may complain. */
export type Screen = {
  page: Page;
  context: BrowserContext;
  /** Errors that its pages met and nobody took: any that are left fail the test. */
  errors: string[];
};

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

/**
 * A real Chromium. A screen that is opened in a test closes with it, and all of them with the file of tests. A test
 * fails by an error that any page met; one that provokes errors takes them: `errors.splice(0)`.
 */
export function useBrowser(): BrowserHandle {
  let browser: Browser;
  let inTest = false;
  /** Those of the test that runs, and those that stay open from one test to the next. */
  let screens: (Screen & { stays: boolean })[] = [];
  beforeAll(async () => {
    browser = await sharedBrowser();
  });
  beforeEach(() => {
    inTest = true;
  });
  // Pages that nobody looks at any more are live all the same, and take their share of the machine.
  afterEach(async ({ task }) => {
    inTest = false;
    const errors = screens.flatMap((screen) => screen.errors.splice(0));
    if (task.result?.state === 'fail' || errors.length > 0) await showScreens(task.name, screens);
    const ofTest = screens.filter(({ stays }) => !stays);
    screens = screens.filter(({ stays }) => stays);
    await Promise.all(ofTest.map(({ context }) => context.close().catch(() => undefined)));
    expect(errors, 'errors that pages met').toEqual([]);
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
      const errors = errorsIn(context);
      const stays = !inTest;
      if (SLOWDOWN > 1) context.on('page', (page) => void slowDown(page).catch(() => undefined));
      context.setDefaultTimeout(AT_LAST_MS);
      if ('cookie' in client && client.cookie) await context.addCookies([sessionCookie(client.cookie)]);
      const screen = { page: await context.newPage(), context, errors };
      screens.push({ ...screen, stays });
      return screen;
    }
  };
}

/** Errors that any page of it meets from now on, as they come. */
function errorsIn(context: BrowserContext): string[] {
  const errors: string[] = [];
  context.on('weberror', (met) => {
    const error = met.error();
    // What is thrown that is no error, and a module that cannot be fetched, have no stack.
    errors.push(error.stack || error.message);
  });
  context.on('console', (message) => {
    if (message.type() === 'error' && !isNetworkNoise(message.text())) errors.push(message.text());
  });
  return errors;
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
async function showScreens(test: string, screens: readonly Screen[]): Promise<void> {
  for (const page of screens.flatMap(({ context }) => context.pages())) {
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
