import { expect, test } from 'vitest';
import { DESK, PHONE } from '../support/browser';
import { useEveryPage } from '../support/every-page';
import { comesLate, watchTargets } from '../support/moved-targets';
import { trials } from '../support/trials';

const pages = useEveryPage();

const desk = { screen: 'a desk', options: { viewport: DESK } };
const phone = { screen: 'a phone', options: { viewport: PHONE, hasTouch: true, isMobile: true } };
const [few, all] = [
  [
    { group: 'staff', ...desk },
    { group: 'tenants', ...phone }
  ],
  (['staff', 'tenants', 'outside'] as const).flatMap((group) =>
    [desk, phone].map((each) => ({ group, ...each }))
  )
] as const;

/** Milliseconds in which what comes late is here, where nothing else runs. */
const LATEST_MS = 900;

test.each(trials(0, 1) === 1 ? all : few)(
  '[UX-1] what can be pressed stays where it is, however late the rest of a page comes: $group, on $screen',
  async ({ group, options }) => {
    const moved: string[] = [];
    const prepare = async (page: Parameters<typeof watchTargets>[0]) => {
      await watchTargets(page);
      await comesLate(page);
    };
    await pages.onEach(
      group,
      options,
      async (page, path) => {
        await page.waitForTimeout(LATEST_MS);
        const found = await page.evaluate(() => [...window.movedTargets]);
        moved.push(...found.map(([target, how]) => `${path}: ${target} ${how}`));
      },
      prepare
    );
    expect(moved).toEqual([]);
  }
);
