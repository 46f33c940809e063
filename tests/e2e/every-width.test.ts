import { expect, test } from 'vitest';
import { PHONE } from '../support/browser';
import { faultsEnlarged, type Magnified } from '../support/enlarged';
import { GROUPS, useEveryPage } from '../support/every-page';
import { smallTargets } from '../support/touch-targets';

const pages = useEveryPage();

const WIDTHS: Magnified[] = [320, 360, 640, 720, 800, 1024, 1280, 1440, 1920].map((width) => ({
  what: `${width} px wide`,
  viewport: { width, height: 800 },
  text: 1
}));

test.each(GROUPS)(
  '[UX-8] at every width from a small phone to a large desk nothing is cut off without its full form: %s',
  async (_, group) => {
    expect(await pages.faultsOn(group, {}, (page) => faultsEnlarged(page, WIDTHS))).toEqual([]);
  }
);

test.each(GROUPS)('[UX-8] on a phone every target is 44 px for a finger: %s', async (_, group) => {
  const phone = { viewport: PHONE, hasTouch: true, isMobile: true };
  expect(await pages.faultsOn(group, phone, smallTargets)).toEqual([]);
});
