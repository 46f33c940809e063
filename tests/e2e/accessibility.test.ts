import { expect, test } from 'vitest';
import { expectAccessible } from '../support/accessible';
import { faultsEnlarged, missingEdges, type Magnified } from '../support/enlarged';
import { GROUPS, useEveryPage } from '../support/every-page';

const pages = useEveryPage();

test.each(GROUPS)('[UX-1] at a desk and on a phone, in light and dark, axe finds nothing: %s', (_, group) =>
  pages.onEach(group, {}, expectAccessible)
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
    expect(await pages.faultsOn(group, {}, (page) => faultsEnlarged(page, MAGNIFIED))).toEqual([]);
  }
);

test.each(GROUPS)('[UX-8] in forced colours every control has an edge: %s', async (_, group) => {
  expect(await pages.faultsOn(group, {}, missingEdges)).toEqual([]);
});
