import type { BrowserContext, Page } from 'playwright-core';
import { sessionCookie } from '../support/session-cookie';
import type { Shown } from './browser-claims';

/** The permissions that are edited: all in view at once. */
export const SEARCHED = 'audience.contacts';
const VIEW = { width: 1440, height: 1200 };
const WAIT_MS = 60_000;
/** A click on a machine that has other things to do. */
const CLICK_MS = 60_000;

export type RolePage = {
  page: Page;
  /** Ticks or unticks a permission, as its row stands at this moment. */
  toggle(key: string): Promise<void>;
  rename(name: string): Promise<void>;
  /** Everything is committed and in step: the page says *Live*. */
  live(): Promise<void>;
  /** The permissions that are ticked, the name, and how many cards *Needs attention* has. */
  read(): Promise<{ granted: Set<string>; name: string; attention: number }>;
  /** Gives up whatever needs attention. */
  discardAll(): Promise<void>;
};

/** Opens the page of a role as somebody, and tells what its rows say from then on. */
export async function openRolePage(
  context: BrowserContext,
  { origin, cookie, roleId }: { origin: string; cookie: string; roleId: string },
  on: { shown: (shown: Shown) => void; error: (message: string) => void; live?: () => void }
): Promise<RolePage> {
  // The browser writes cookies to its profile every half minute; one that was killed earlier has lost it.
  await context.addCookies([sessionCookie(cookie)]);
  const page = await context.newPage();
  await page.setViewportSize(VIEW);
  page.on('pageerror', (error) => on.error(error.message));
  await page.exposeFunction('tellShown', on.shown);
  await page.addInitScript(watchRows);
  await page.goto(`${origin}/roles/${roleId}`, { timeout: WAIT_MS });
  const status = page.getByRole('status');
  const live = () => status.getByText('Live', { exact: true }).waitFor({ timeout: WAIT_MS });
  await live();
  on.live?.();
  const rename = page.getByRole('button', { name: 'Edit name and description' });
  const form = page.getByRole('form', { name: 'Edit name and description' });
  // What a page opens now and then it fetches after its start: it is here before the way to the server is damaged.
  await rename.click({ timeout: CLICK_MS });
  await form.getByRole('button', { name: 'Cancel' }).click({ timeout: CLICK_MS });
  const search = page.getByRole('searchbox', { name: 'Search permissions' });
  await search.fill(SEARCHED);
  const tray = page.getByRole('region', { name: 'Needs attention' });
  const discard = tray.getByRole('button', { name: /^(Discard|Keep .*’s)$/ });
  return {
    page,
    live,
    async toggle(key) {
      await page.locator(`[role=treeitem][data-row="${key}"] [data-part=box]`).click({ timeout: CLICK_MS });
    },
    async rename(name) {
      await rename.click({ timeout: CLICK_MS });
      await form.getByLabel('Name').fill(name, { timeout: CLICK_MS });
      await form.getByRole('button', { name: 'Save' }).click({ timeout: CLICK_MS });
    },
    async read() {
      const rows = await page
        .locator('[role=treeitem][data-row][aria-checked=true]')
        .evaluateAll((found) => found.map((row) => row.getAttribute('data-row') ?? ''));
      const name = await page.getByRole('heading', { level: 1 }).first().innerText();
      const attention = await discard.count();
      return { granted: new Set(rows.filter((key) => key.startsWith(`${SEARCHED}.`))), name, attention };
    },
    async discardAll() {
      for (let left = await discard.count(); left > 0; left = await discard.count()) {
        await discard.first().click();
        await page.waitForFunction(
          (before) =>
            document.querySelectorAll('[aria-label="Needs attention"] button').length < before ||
            document.querySelector('[aria-label="Needs attention"]') === null,
          await tray.getByRole('button').count()
        );
      }
    }
  };
}

/** Runs in the page: tells each change of what a row says. */
function watchRows(): void {
  const words = ['Saving', 'Waiting', 'Saved'] as const;
  const last = new Map<string, string>();
  const tell = (window as unknown as { tellShown(shown: object): void }).tellShown;
  const look = () => {
    for (const row of document.querySelectorAll('[role=treeitem][data-row]')) {
      const key = row.getAttribute('data-row') ?? '';
      const text = row.textContent ?? '';
      const word = words.find((each) => text.includes(each)) ?? '';
      const checked = row.getAttribute('aria-checked') === 'true';
      const state = `${word} ${checked}`;
      if (last.get(key) === state) continue;
      last.set(key, state);
      tell({ key, word, checked, at: Date.now() });
    }
  };
  addEventListener('DOMContentLoaded', () =>
    new MutationObserver(look).observe(document.body, {
      subtree: true,
      childList: true,
      characterData: true,
      attributes: true,
      attributeFilter: ['aria-checked']
    })
  );
}
