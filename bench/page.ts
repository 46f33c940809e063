import { gzipSync } from 'node:zlib';
import type { Browser, Locator, Page } from 'playwright-core';
import { launchChromium } from '../tests/support/chromium';
import { sessionCookie } from '../tests/support/session-cookie';
import { TYPED } from './search';
import type { Installation } from './servers/ours';
import { spread, type Spread } from './statistics';

const WAIT_MS = 20_000;

export type PageCost = {
  /** Bytes of all scripts until the page can be used, each compressed by gzip. */
  signIn: number;
  role: number;
  /** Milliseconds that a keystroke in the search keeps the page busy: handlers, layout, paint. */
  busy: Spread;
  /** Milliseconds from the keystroke to the frame after it, with the wait for the screen's next refresh. */
  painted: Spread;
};

/** Opens the built pages in a real Chromium as the owner, and types into the search of a role. */
export async function measurePages(installation: Installation, roleId: string): Promise<PageCost> {
  const browser = await launchChromium();
  try {
    const signIn = await scriptsOf(browser, installation, '/sign-in', false);
    const role = await scriptsOf(browser, installation, `/roles/${roleId}`, true);
    const search = role.page.getByRole('searchbox', { name: 'Search permissions' });
    const strokes = await strokesIn(role.page, search, TYPED);
    return {
      signIn: signIn.bytes,
      role: role.bytes,
      busy: spread(strokes.map((stroke) => stroke.busy)),
      painted: spread(strokes.map((stroke) => stroke.painted))
    };
  } finally {
    await browser.close();
  }
}

async function scriptsOf(
  browser: Browser,
  { origin, owner }: Installation,
  path: string,
  signedIn: boolean
): Promise<{ bytes: number; page: Page }> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  if (signedIn) await context.addCookies([sessionCookie(owner.cookie)]);
  const page = await context.newPage();
  const bodies: Promise<number>[] = [];
  page.on('response', (response) => {
    if (response.request().resourceType() !== 'script') return;
    bodies.push(response.body().then((body) => gzipSync(body, { level: 9 }).length));
  });
  await page.goto(origin + path, { timeout: WAIT_MS });
  const landmark = signedIn ? page.getByRole('tree', { name: 'Permissions' }) : page.getByLabel('Email');
  await landmark.first().waitFor({ timeout: WAIT_MS });
  // What comes from here on is fetched ahead, of a page that is used already.
  const sizes = await Promise.all(bodies.slice());
  await page.waitForLoadState('networkidle');
  return { bytes: sizes.reduce((sum, size) => sum + size, 0), page };
}

export type Stroke = { busy: number; painted: number };

/** Presses keys one by one in a field and lets the page itself take the time. Once a page: it listens from then on. */
export async function strokesIn(page: Page, field: Locator, texts: readonly string[]): Promise<Stroke[]> {
  await page.evaluate(() => {
    const strokes: Stroke[] = [];
    const soon = (then: () => void) => {
      const channel = new MessageChannel();
      channel.port1.onmessage = then;
      channel.port2.postMessage(null);
    };
    Object.assign(window, { strokes });
    let start = 0;
    let handled = 0;
    // First and last of all listeners: in between are the page's own, each with what it does right afterwards.
    window.addEventListener('input', () => (start = performance.now()), { capture: true });
    window.addEventListener('input', () => {
      handled = performance.now() - start;
      requestAnimationFrame(() => {
        const frame = performance.now();
        soon(() => {
          const end = performance.now();
          strokes.push({ busy: handled + end - frame, painted: end - start });
        });
      });
    });
  });
  for (const text of texts) {
    for (const letter of text) {
      await field.press(letter === ' ' ? 'Space' : letter);
      await page.waitForTimeout(40);
    }
    await field.fill('');
    await page.waitForTimeout(100);
  }
  return page.evaluate(() => (window as unknown as { strokes: Stroke[] }).strokes);
}
