import type { Browser, CDPSession, Page } from 'playwright-core';
import { launchChromium } from '../tests/support/chromium';
import { strokesIn } from './page';
import type { BenchPostgres } from './postgres';
import { home, importPeople } from './presence';
import { install, startOurs, type Installation } from './servers/ours';
import { spread, type Spread } from './statistics';

const WAIT_MS = 90_000;
/** Search texts: parts of names, of addresses, and of nothing. */
const NAMES = ['member 42', 'northwind', 'crew 7', 'maya', 'zzzz'];
/** A scroll through the list of administrators: turns of the wheel, and pixels of each. */
export const WHEEL_STEPS = 20;
export const STEP_PX = 1500;
/** Milliseconds after which a frame is late enough to be seen. */
const LATE_MS = 50;
/** Calls at once while roles are made. */
const AT_ONCE = 8;

export type ListsCost = {
  people: number;
  roles: number;
  /** Milliseconds that a keystroke keeps the page busy, in the search of a list and in the palette. */
  peopleBusy: Spread;
  rolesBusy: Spread;
  paletteBusy: Spread;
  scroll: ScrollCost;
};

/** A list scrolled as fast as a wheel turns. */
export type ScrollCost = {
  frames: number;
  /** Frames that came later than that after the one before. */
  late: number;
  /** The longest wait for a frame, in milliseconds. */
  longest: number;
  /** Milliseconds of the page's own thread: all it did, and of that its scripts. */
  busyMs: number;
  scriptMs: number;
};

/** Costs of lists and the palette in a real Chromium, beside so many administrators and roles. */
export async function measureLists(
  database: BenchPostgres,
  { people, roles }: { people: number; roles: number },
  say: (what: string) => void
): Promise<ListsCost> {
  const installation = await install(await database.createDatabase('rolecall_lists'));
  const server = await startOurs(installation);
  const browser = await launchChromium();
  try {
    say(`${people} administrators and ${roles} roles`);
    await importPeople(installation, people);
    await createRoles(installation, roles);
    say('lists in a browser');
    const inPeople = await opened(browser, installation, '/administrators');
    const scroll = await scrollFast(inPeople);
    const peopleBusy = await typeInto(inPeople);
    await inPeople.close();
    const inRoles = await opened(browser, installation, '/roles');
    const rolesBusy = await typeInto(inRoles);
    await inRoles.close();
    return {
      people,
      roles,
      scroll,
      peopleBusy,
      rolesBusy,
      paletteBusy: await inPalette(browser, installation)
    };
  } finally {
    await browser.close();
    await server.stop();
  }
}

async function createRoles({ owner }: Installation, roles: number): Promise<void> {
  for (let from = 1; from <= roles; from += AT_ONCE) {
    const numbers = Array.from({ length: Math.min(AT_ONCE, roles - from + 1) }, (_, at) => from + at);
    await Promise.all(
      numbers.map((n) =>
        owner.call('roles.create', { name: `Crew ${n}`, permissions: ['audience.contacts.view'] })
      )
    );
  }
}

/** A list, once its rows stand there and nothing more is on its way. */
async function opened(browser: Browser, { owner }: Installation, path: string): Promise<Page> {
  const page = await home(browser, owner, path);
  await page.locator('[aria-rowcount], table').getByRole('link').first().waitFor({ timeout: WAIT_MS });
  await page.waitForLoadState('networkidle');
  return page;
}

async function typeInto(page: Page): Promise<Spread> {
  const strokes = await strokesIn(page, page.getByRole('main').getByRole('searchbox').first(), NAMES);
  return spread(strokes.map(({ busy }) => busy));
}

async function inPalette(browser: Browser, installation: Installation): Promise<Spread> {
  const page = await opened(browser, installation, '/administrators');
  await page.keyboard.press('Control+k');
  const field = page.getByRole('dialog').getByRole('combobox');
  await field.waitFor({ timeout: WAIT_MS });
  const strokes = await strokesIn(page, field, NAMES);
  return spread(strokes.map(({ busy }) => busy));
}

/** Turns the wheel over the list and looks at the frames from within, and at the work from without. */
async function scrollFast(page: Page): Promise<ScrollCost> {
  await page.mouse.move(720, 500);
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  await page.evaluate(() => {
    const frames: number[] = [];
    Object.assign(window, { frames });
    const note = (at: number) => {
      frames.push(at);
      requestAnimationFrame(note);
    };
    requestAnimationFrame(note);
  });
  const before = await workOf(session);
  for (let step = 0; step < WHEEL_STEPS; step++) await page.mouse.wheel(0, STEP_PX);
  await page.waitForTimeout(500);
  const after = await workOf(session);
  const frames = await page.evaluate(() => (window as unknown as { frames: number[] }).frames);
  const waits = frames.slice(1).map((at, before) => at - frames[before]!);
  return {
    frames: waits.length,
    late: waits.filter((wait) => wait > LATE_MS).length,
    longest: Math.max(...waits),
    busyMs: after.busy - before.busy,
    scriptMs: after.script - before.script
  };
}

async function workOf(session: CDPSession): Promise<{ busy: number; script: number }> {
  const { metrics } = await session.send('Performance.getMetrics');
  const ms = (name: string) => 1000 * (metrics.find((metric) => metric.name === name)?.value ?? NaN);
  return { busy: ms('TaskDuration'), script: ms('ScriptDuration') };
}
