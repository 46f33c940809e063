import type { Page, Route } from 'playwright-core';

/** Long enough for what happened to be told to every screen first. */
const LATE_MS = 300;

/** Answers of commands that come late, as through a slow connection. */
export type LateAnswers = {
  /** Waits until all that was held back was given to the page, and the page has dealt with it. */
  given(): Promise<void>;
  stop(): Promise<void>;
};

/**
 * Holds back what the server answers to commands that were done: the screen hears of what happened before whoever asked
 * gets their answer, and what they asked it of may be gone from the page by then.
 */
export async function answerLate(page: Page): Promise<LateAnswers> {
  const held = new Set<Promise<void>>();
  const isCommand = ({ pathname }: URL) => pathname.startsWith('/trpc/');
  const answer = async (route: Route) => {
    if (route.request().method() !== 'POST') return route.continue();
    const response = await route.fetch();
    if (response.ok()) await new Promise((resolve) => setTimeout(resolve, LATE_MS));
    await route.fulfill({ response });
  };
  const hold = (route: Route) => {
    // A page that was left hears no more.
    const one = answer(route).catch(() => undefined);
    held.add(one);
    void one.then(() => held.delete(one));
    return one;
  };
  await page.route(isCommand, hold);
  return {
    async given() {
      await Promise.all(held);
      await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 50)));
    },
    stop: () => page.unroute(isCommand, hold)
  };
}
