import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ApiClient } from '../api-client';
import { DESK, useBrowser, type BrowserHandle, type Screen } from '../browser';
import { PASSWORD, startTestConsole, type TestConsole } from '../console';
import { startMailServer, type TestMailServer } from '../mail-server';
import { until } from '../replica';
import { sidOf } from '../session-cookie';
import { openState, type StateProbe } from '../state';
import { codeOf } from '../totp';
import { answerLate } from './late-answers';
import type { Press, Scene, SensitiveStep, Stage } from './steps';

const SHOTS = process.env['SHOTS'];

/** Motion as most people have it: what fades away may lie over the question meanwhile. */
const MOVING = { reducedMotion: 'no-preference' } as const;

export type Hands = 'mouse' | 'keyboard';
type Size = { width: number; height: number };

/** A console with a mail server, a browser, and an owner at a screen. */
export type Theatre = {
  stage: () => Stage;
  browser: BrowserHandle;
  /** Plays a step with an old proof: given up first, then gone through with. */
  play(step: SensitiveStep, hands: Hands, viewport?: Size): Promise<void>;
};

/** Plays every way to every one of these steps, by mouse and by keyboard. */
export function playAll(steps: Record<string, SensitiveStep[]>): void {
  const theatre = useTheatre();
  const cases = Object.entries(steps).flatMap(([procedure, ways]) =>
    ways.flatMap((way) => (['mouse', 'keyboard'] as const).map((hands) => ({ procedure, way, hands })))
  );
  describe('[AUT-4] an old proof: the question is on top, Cancel means that nothing happens, the password that it happens once', () => {
    test.each(cases)('$procedure, $way.name, by $hands', ({ way, hands }) => theatre.play(way, hands));
  });
}

export function useTheatre(): Theatre {
  const browser = useBrowser();
  let app: TestConsole;
  let smtp: TestMailServer;
  let state: StateProbe;
  let owner: ApiClient;
  let desk: Screen;
  let people = 0;
  const stage = (): Stage => ({
    app,
    smtp,
    newcomer: () => {
      const name = `Newcomer N${++people}x`;
      return { name, email: `n${people}x@northwind.example` };
    }
  });
  beforeAll(async () => {
    app = await startTestConsole();
    smtp = await startMailServer();
    state = openState(app.databaseUrl);
    // The page has a session of its own: proving the password changes its cookie.
    owner = app.anonymous();
    await owner.call('auth.signIn', { email: 'maya@northwind.example', password: PASSWORD });
    desk = await browser.open(owner, MOVING);
    // As in Firefox and Safari: the chooser of files is the browser's own.
    await desk.page.addInitScript('delete window.showSaveFilePicker');
  });
  afterAll(async () => {
    await desk.context.close();
    await state.close();
    await smtp.stop();
    await app.stop();
  });

  const prove = (client: ApiClient, minutesAgo: number) => {
    const sid = sidOf(client);
    return state.audited(
      (tx) =>
        tx`update sessions set proved_at = now() - make_interval(mins => ${minutesAgo}) where sid = ${sid}`
    );
  };

  async function play(step: SensitiveStep, hands: Hands, viewport: Size = DESK): Promise<void> {
    await state.forgetTries();
    await prove(app.owner, 0);
    const scene = await step.set(stage());
    const client = scene.client ?? owner;
    const { page } = scene.client ? await browser.open(scene.client, MOVING) : desk;
    await page.setViewportSize(scene.viewport ?? viewport);
    await page.emulateMedia({ colorScheme: viewport.width < 700 ? 'dark' : 'light' });
    const hand = handOf(page, hands);

    await open(page, scene);
    const unchanged = await asIs(state, () => prove(client, 11));
    await scene.act(page, hand);
    await expectOnTop(page);
    if (SHOTS)
      await page.screenshot({ path: `${SHOTS}/proof-${scene.entry}-${page.viewportSize()!.width}.png` });
    await giveUp(page, hands);
    await unchanged();
    if (hands === 'mouse') {
      // Nothing asks again, on this page or the next.
      await prove(client, 0);
      await open(page, scene);
      await page.waitForTimeout(300);
      await expect.poll(() => proofOf(page).count()).toBe(0);
      await expect
        .poll(() => page.getByRole('region', { name: 'Waiting for your password' }).count())
        .toBe(0);
      await prove(client, 11);
    }

    await state.settled();
    const before = {
      done: await state.entries(scene.entry),
      proved: await state.entries('auth.reauthenticated')
    };
    const late = hands === 'keyboard' ? await answerLate(page) : null;
    await scene.act(page, hand);
    await expectOnTop(page);
    if (scene.totpSecret) {
      await state.audited((tx) => tx`update totp set last_step = 0`);
      await proofOf(page)
        .getByLabel('Code', { exact: true })
        .fill(await codeOf(scene.totpSecret));
    }
    await pass(page, hands);
    const times = scene.times ?? 1;
    const done = async () => (await state.entries(scene.entry)) - before.done;
    await until(async () => (await done()) >= times, `${scene.entry} is in the log`);
    await proofOf(page).waitFor({ state: 'hidden' });
    await state.settled();
    expect(await done()).toBe(times);
    expect((await state.entries('auth.reauthenticated')) - before.proved).toBe(1);
    await scene.after?.();
    await late?.given();
    await late?.stop();
  }
  return { stage, browser, play };
}

export const proofOf = (page: Page) => page.getByRole('dialog', { name: "Confirm it's you" });

async function open(page: Page, scene: Scene): Promise<void> {
  await page.goto(scene.path);
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  await scene.ready?.(page);
}

function handOf(page: Page, hands: Hands): Press {
  return async (target: Locator) => {
    if (hands === 'mouse') return target.click();
    await target.focus();
    await page.keyboard.press('Enter');
  };
}

/** Expects that what is seen takes the pointer and the keys: nothing lies over it, and there is one dialog. */
async function expectOnTop(page: Page): Promise<void> {
  const proof = proofOf(page);
  const field = proof.getByLabel('Password', { exact: true });
  await field.waitFor();
  await until(
    () => field.evaluate((element) => element === document.activeElement),
    'the password has the focus'
  );
  const parts = [
    field,
    proof.getByRole('button', { name: 'Continue' }),
    proof.getByRole('button', { name: 'Cancel' })
  ];
  // Within the time that a list or a dialog takes to go: what stays over it is found.
  for (const part of parts)
    await until(
      () =>
        part.evaluate((element) => {
          const { x, y, width, height } = element.getBoundingClientRect();
          const top = document.elementFromPoint(x + width / 2, y + height / 2);
          return element.contains(top);
        }),
      'nothing lies over the question'
    );
}

async function pass(page: Page, hands: Hands): Promise<void> {
  const field = proofOf(page).getByLabel('Password', { exact: true });
  if (hands === 'mouse') {
    await field.fill(PASSWORD);
    return proofOf(page).getByRole('button', { name: 'Continue' }).click();
  }
  await field.focus();
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press('Enter');
}

async function giveUp(page: Page, hands: Hands): Promise<void> {
  if (hands === 'mouse') await proofOf(page).getByRole('button', { name: 'Cancel' }).click();
  else await page.keyboard.press('Escape');
  await proofOf(page).waitFor({ state: 'hidden' });
  // What closes fades out first.
  await until(
    async () => (await page.locator('[data-dialog-content][data-state=closed]').count()) === 0,
    'what closes is gone'
  );
  await until(
    async () => (await page.locator('button[aria-busy=true]').count()) === 0,
    'the buttons are at rest'
  );
}

/** Does something, and gives a check that from then on nothing has changed, and nothing was logged. */
async function asIs(state: StateProbe, first: () => Promise<unknown>): Promise<() => Promise<void>> {
  await first();
  await state.settled();
  // A page that shows some of the log has looked at it, a moment after it is there: that is an entry too.
  const look = async () => {
    const { 'log.viewed': _looks, ...actions } = await state.actions();
    return { rows: await state.rows(), actions };
  };
  const before = await look();
  return async () => {
    await state.settled();
    expect(await look()).toEqual(before);
  };
}
