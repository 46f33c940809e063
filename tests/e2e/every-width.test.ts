import { afterAll, beforeAll, expect, test } from 'vitest';
import { PHONE, useBrowser } from '../support/browser';
import { startTestConsole, type TestConsole } from '../support/console';
import { faultsEnlarged, type Magnified } from '../support/enlarged';
import { everyPage, GROUPS, onEach, type EveryPage } from '../support/every-page';
import { smallTargets } from '../support/touch-targets';

const browser = useBrowser();
let app: TestConsole;
let pages: EveryPage;
beforeAll(async () => {
  app = await startTestConsole();
  pages = await everyPage(app);
});
afterAll(() => app.stop());

const WIDTHS: Magnified[] = [320, 360, 640, 720, 800, 1024, 1280, 1440, 1920].map((width) => ({
  what: `${width} px wide`,
  viewport: { width, height: 800 },
  text: 1
}));

test.each(GROUPS)(
  '[UX-8] at every width from a small phone to a large desk nothing is cut off without its full form: %s',
  async (_, group) => {
    const { page } = await browser.open(group === 'outside' ? app.anonymous() : app.owner);
    const faults: string[] = [];
    await onEach(page, pages[group], async (path) => {
      for (const how of WIDTHS)
        faults.push(...(await faultsEnlarged(page, how)).map((fault) => `${path}, ${fault}`));
    });
    expect(faults).toEqual([]);
  }
);

test.each(GROUPS)('[UX-8] on a phone every target is 44 px for a finger: %s', async (_, group) => {
  const { page } = await browser.open(group === 'outside' ? app.anonymous() : app.owner, {
    viewport: PHONE,
    hasTouch: true,
    isMobile: true
  });
  const faults: string[] = [];
  await onEach(page, pages[group], async (path) => {
    faults.push(...(await smallTargets(page)).map((control) => `${path}: ${control}`));
  });
  expect(faults).toEqual([]);
});
