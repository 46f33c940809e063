import type { Browser, Page } from 'playwright-core';
import { launchChromium } from '../tests/support/chromium';
import { ApiClient } from '../tests/support/api-client';
import { sessionCookie } from '../tests/support/session-cookie';
import { install, startOurs, type Installation } from './servers/ours';
import type { BenchPostgres } from './postgres';
import { spread, type Spread } from './statistics';

const WAIT_MS = 90_000;
/** Times that one of the two reloads the page. */
const ROUNDS = 7;
/** Rows in one call of an import. */
const PART = 50;

export type PresenceCost = {
  people: number;
  /** Milliseconds from the press of *reload* until whoever reloaded sees the other, and the other them anew. */
  sees: Spread;
  seen: Spread;
};

/**
 * Measures how soon two people who are on Home see each other when one of them reloads it, beside so many
 * administrators.
 */
export async function measurePresence(database: BenchPostgres, people: number): Promise<PresenceCost> {
  const installation = await install(await database.createDatabase('rolecall_presence'));
  const server = await startOurs(installation);
  const browser = await launchChromium();
  try {
    await importPeople(installation, people);
    const priya = new ApiClient(installation.origin);
    await priya.call('auth.signIn', {
      email: 'priya.nair@northwind.example',
      password: installation.password
    });
    const maya = await home(browser, installation.owner);
    const other = await home(browser, priya);
    await online(maya, 'Priya Nair');
    await online(other, 'Maya Lindqvist');
    const sees: number[] = [];
    const seen: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      await other.goto('about:blank');
      await gone(maya, 'Priya Nair');
      const start = performance.now();
      const since = () => performance.now() - start;
      await Promise.all([
        other
          .goto(installation.origin, { waitUntil: 'commit' })
          .then(() => online(other, 'Maya Lindqvist'))
          .then(() => sees.push(since())),
        online(maya, 'Priya Nair').then(() => seen.push(since()))
      ]);
    }
    return { people, sees: spread(sees), seen: spread(seen) };
  } finally {
    await browser.close();
    await server.stop();
  }
}

/** Imports people through the real door: the documents hold them, as in an installation that imported a file. */
export async function importPeople({ owner }: Installation, people: number): Promise<void> {
  for (let from = 1; from <= people; from += PART) {
    const rows = Array.from({ length: Math.min(PART, people - from + 1) }, (_, at) => ({
      line: from + at,
      name: `Member ${from + at}`,
      email: `member.${from + at}@northwind.example`,
      role: 'support'
    }));
    await owner.call('administrators.import', { rows });
  }
}

/** A page of somebody who is signed in, at a desk. */
export async function home(browser: Browser, { origin, cookie }: ApiClient, path = ''): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  await context.addCookies([sessionCookie(cookie)]);
  const page = await context.newPage();
  await page.goto(origin + path);
  return page;
}

const rail = (page: Page, name: string) =>
  page.getByRole('region', { name: 'Online' }).getByRole('link', { name });
const online = (page: Page, name: string) => rail(page, name).waitFor({ timeout: WAIT_MS });
const gone = (page: Page, name: string) => rail(page, name).waitFor({ state: 'detached', timeout: WAIT_MS });
