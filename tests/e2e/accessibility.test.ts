import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectAccessible } from '../support/accessible';
import { useBrowser } from '../support/browser';
import { startTestConsole, type TestConsole } from '../support/console';
import { faultsEnlarged, missingEdges, type Magnified } from '../support/enlarged';
import { everyPage, GROUPS, onEach, type EveryPage } from '../support/every-page';

const browser = useBrowser();
let app: TestConsole;
let pages: EveryPage;
beforeAll(async () => {
  app = await startTestConsole();
  pages = await everyPage(app);
});
afterAll(() => app.stop());

test.each(GROUPS)(
  '[UX-1] at a desk and on a phone, in light and dark, axe finds nothing: %s',
  async (_, group) => {
    const { page } = await browser.open(group === 'outside' ? app.anonymous() : app.owner);
    await onEach(page, pages[group], (path) => expectAccessible(page, path));
  }
);

const MAGNIFIED: Magnified[] = [
  { what: '200 % text at a desk', viewport: { width: 1280, height: 800 }, text: 2 },
  { what: '200 % text on a phone', viewport: { width: 360, height: 740 }, text: 2 },
  // A window of 1,280 by 1,024 at 400 %.
  { what: '400 % zoom', viewport: { width: 320, height: 256 }, text: 1 }
];

test.each(GROUPS)(
  '[UX-8] with text twice as large, and zoomed in to four times, nothing is cut off, covered or beside the screen: %s',
  async (_, group) => {
    const { page } = await browser.open(group === 'outside' ? app.anonymous() : app.owner);
    const faults: string[] = [];
    await onEach(page, pages[group], async (path) => {
      for (const how of MAGNIFIED)
        faults.push(...(await faultsEnlarged(page, how)).map((fault) => `${path}, ${fault}`));
    });
    expect(faults).toEqual([]);
  }
);

test.each(GROUPS)('[UX-8] in forced colours every control has an edge: %s', async (_, group) => {
  const { page } = await browser.open(group === 'outside' ? app.anonymous() : app.owner);
  const faults: string[] = [];
  await onEach(page, pages[group], async (path) => {
    faults.push(...(await missingEdges(page)).map((control) => `${path}: ${control}`));
  });
  expect(faults).toEqual([]);
});
