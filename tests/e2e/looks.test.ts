import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Locator, Page } from 'playwright-core';
import { enrol, PASSWORD, startTestConsole, type TestConsole } from '../support/console';
import { PHONE, useBrowser } from '../support/browser';
import { until } from '../support/replica';

// What a page looks like where a look says something: what is new, what failed, what is off.

const SHOTS = process.env['SHOTS'];
const browser = useBrowser();
let app: TestConsole;
beforeAll(async () => {
  app = await startTestConsole();
  // Somebody with a second factor, somebody who waits, somebody who came by an invitation, and a sign-in that failed.
  const priya = await app.person('Priya Nair', 'super_administrator');
  if (priya.totpSecret === null) await enrol(priya.client);
  await app.owner.call('administrators.create', {
    name: 'Wanda Waiting',
    email: 'wanda@northwind.example',
    roleId: 'support',
    password: PASSWORD
  });
  const { link } = await app.owner.call<{ link: string }>('administrators.create', {
    name: 'Ivy Chen',
    email: 'ivy@northwind.example',
    roleId: 'support',
    invite: true
  });
  const secret = new URL(link).hash.slice(1);
  await app.anonymous().call('auth.acceptInvitation', { token: secret, password: PASSWORD });
  await fail('priya.nair@northwind.example');
});
afterAll(() => app.stop());

async function open(path: string, options?: Parameters<typeof browser.open>[1]): Promise<Page> {
  const { page } = await browser.open(app.owner, options);
  await page.goto(path);
  return page;
}

async function fail(email: string): Promise<void> {
  await app.anonymous().refused('auth.signIn', { email, password: 'not the password at all' });
}

/** Value of a custom property, as the browser writes a colour. */
const colour = (page: Page, name: string) =>
  page.evaluate((property) => {
    const probe = document.createElement('i');
    probe.style.color = `var(${property})`;
    document.body.append(probe);
    const { color } = getComputedStyle(probe);
    probe.remove();
    return color;
  }, name);

const styleOf = (of: Locator, property: 'color' | 'fontWeight' | 'backgroundColor' | 'boxShadow') =>
  of.evaluate((element, name) => getComputedStyle(element)[name], property);

const shoot = async (page: Page, name: string) => {
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name}.png` });
};

const feed = (page: Page) => page.getByRole('table', { name: 'Live feed' });

test('[UX-3] what happened is never cut in the feed on Home, and the device stands apart from what it was about', async () => {
  const page = await open('/');
  for (const activity of ['Accepted invitation', 'Turned on two-factor sign-in'])
    await feed(page).getByRole('row').filter({ hasText: activity }).first().waitFor();
  // Somebody comes in by a browser, which has a name: it is not what the entry is about.
  const theirs = await browser.open(app.anonymous());
  await theirs.page.goto('/sign-in');
  await theirs.page.getByLabel('Email').fill('ivy@northwind.example');
  await theirs.page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await theirs.page.getByRole('button', { name: 'Sign in', exact: true }).click();
  const signIn = feed(page).getByRole('row').filter({ hasText: 'Ivy Chen' }).filter({ hasText: 'Signed in' });
  const device = signIn.first().locator('.details .device');
  await device.getByText(/Chrom\w+ on \w+/).waitFor();
  expect(await device.innerText()).not.toContain('Password');
  expect(await signIn.first().locator('.details').innerText()).toContain('Password');
  const cut = await feed(page)
    .locator('.activity')
    .evaluateAll((cells) =>
      cells.filter((cell) => cell.scrollWidth > cell.clientWidth).map((cell) => cell.textContent)
    );
  expect(cut).toEqual([]);
  expect(await feed(page).locator('.activity').count()).toBeGreaterThan(5);
  await shoot(page, 'feed');
});

test('[LOG-2] in feed and log a failed sign-in is red, and weight is for people alone', async () => {
  const page = await open('/');
  const red = await colour(page, '--destroy');
  const failed = feed(page).getByRole('row').filter({ hasText: 'Sign-in failed' }).first();
  await failed.waitFor();
  const looks = async (activity: Locator, who: Locator) => [
    await styleOf(activity, 'color'),
    await styleOf(activity, 'fontWeight'),
    await styleOf(who, 'fontWeight')
  ];
  expect(await looks(failed.locator('.activity'), failed.locator('.who'))).toEqual([red, '400', '500']);
  const fine = feed(page).getByRole('row').filter({ hasText: 'Accepted invitation' });
  expect(await styleOf(fine.locator('.activity'), 'color')).not.toBe(red);

  await page.goto('/logs/authentication');
  const entry = page.getByRole('row').filter({ hasText: 'Sign-in failed' }).first();
  await entry.waitFor();
  expect(await styleOf(entry.locator('.sentence'), 'color')).toBe(red);
  expect(await styleOf(entry.locator('.sentence'), 'fontWeight')).toBe('400');
  // What was shown is enough: nothing of a sign-in stands in bold but the person.
  expect(await entry.locator('.activity b, .details b').count()).toBe(0);
});

test('[LOG-3] what came while somebody looked is counted under a line, and three rows of it are tinted at most', async () => {
  const page = await open('/');
  await feed(page).getByRole('row').nth(5).waitFor();
  const tinted = feed(page).locator('.fresh, .fresh-look');
  expect([await tinted.count(), await page.getByText(/new since/).count()]).toEqual([0, 0]);
  await page.getByText('Live', { exact: true }).first().waitFor();
  // One after the other and of different kinds, so that none are gathered into one line.
  for (let at = 1; at <= 3; at++) {
    await fail(`stranger.${at}@northwind.example`);
    await app.owner.call('roles.create', { name: `Look ${at}`, permissions: [] });
  }
  await page.getByText(/^[6-9] new since \d/).waitFor();
  await expect.poll(() => tinted.count()).toBe(3);
  await shoot(page, 'new-since');
});

test('[ROL-6] beside a role stand its members, its counts and its last changes, until a permission is chosen', async () => {
  await app.owner.call('roles.edit', { id: 'support', seen: 999, grant: ['audience.contacts.export'] });
  const page = await open('/roles/support');
  const rail = page.getByRole('complementary', { name: 'Details' });
  await rail
    .getByRole('region', { name: 'This role' })
    .getByRole('img', { name: /Ivy Chen/ })
    .waitFor();
  await rail
    .getByRole('region', { name: 'Permissions by kind' })
    .getByText(/of \d+/)
    .first()
    .waitFor();
  const changes = rail.getByRole('region', { name: 'Last changes' });
  await changes
    .getByText(/Ticked by Maya/)
    .first()
    .waitFor();
  await shoot(page, 'role-at-rest');
  await changes.getByRole('button').first().click();
  await rail.getByText('Who has this?').waitFor();
  expect(await rail.getByRole('region', { name: 'This role' }).count()).toBe(0);
});

test('[ADM-1] what is normal is grey text, without a tag or a mark', async () => {
  const page = await open('/administrators');
  const row = page.getByRole('row', { name: /Wanda Waiting/ });
  const status = row.getByText('Must change password').first();
  await status.waitFor();
  const grey = await colour(page, '--ink-3');
  const none = 'rgba(0, 0, 0, 0)';
  expect([await styleOf(status, 'color'), await styleOf(status, 'backgroundColor')]).toEqual([grey, none]);
  const off = row.getByText('Off', { exact: true });
  expect(await styleOf(off, 'color')).toBe(grey);
  expect(await row.locator('td:not(.name) svg').filter({ visible: true }).count()).toBe(0);
});

test('[ADM-1] a name has the room that names need, and what stands beside each other stands on one line', async () => {
  const page = await open('/administrators');
  await page.getByRole('row', { name: /Wanda Waiting/ }).waitFor();
  const looks = await page.evaluate(() => {
    const middle = (element: Element) => {
      const range = document.createRange();
      range.selectNodeContents(element);
      const { top, bottom } = range.getBoundingClientRect();
      return Math.round(top + bottom) / 2;
    };
    const heads = [...document.querySelectorAll('th')].filter((head) => head.checkVisibility());
    const row = [...document.querySelectorAll('tr.list-row')].find((each) =>
      each.textContent!.includes('Priya Nair')
    )!;
    const cells = [...row.querySelectorAll('td:not(.name)')].filter((cell) => cell.checkVisibility());
    return {
      name: heads[0]!.getBoundingClientRect().width,
      heads: heads.map((head) => middle(head.querySelector('button')!)),
      cells: cells.map((cell) => middle(cell))
    };
  });
  expect(looks.name).toBeLessThanOrEqual(361);
  expect([looks.heads.length, looks.cells.length]).toEqual([6, 5]);
  for (const line of [looks.heads, looks.cells])
    expect(Math.max(...line) - Math.min(...line), String(line)).toBeLessThanOrEqual(0.5);
});

test('[UX-8] account and settings stand on one grid: labels, fields, and lines to the edge', async () => {
  const page = await open('/account');
  const grid = async (section: Locator) => {
    await section.waitFor();
    return section.evaluate((element) => {
      const parts = element.querySelector('h2')!.parentElement!.parentElement!;
      const [label, fields] = [...parts.children].map((each) => each.getBoundingClientRect());
      const room = element.parentElement!.getBoundingClientRect();
      return {
        fieldsFrom: fields!.left - label!.left,
        fields: fields!.width,
        // Of the line that parts sections, to the padding of what it stands in.
        line: Math.round(room.right - element.getBoundingClientRect().right) <= 40
      };
    });
  };
  const account = await grid(page.getByRole('region', { name: 'Password', exact: true }));
  await shoot(page, 'account-grid');
  await page.goto('/settings');
  const settings = await grid(page.getByRole('region', { name: 'Passwords', exact: true }));
  expect([account.fieldsFrom, settings.fieldsFrom]).toEqual([244, 244]);
  for (const { fields, line } of [account, settings]) {
    expect(fields).toBeLessThanOrEqual(520);
    expect(line).toBe(true);
  }
});

test('[UX-1] a button that is off looks the same, whatever it is for: grey words, no colour', async () => {
  const page = await open('/administrators');
  const [add, exporting] = [/Add administrator/, /Export/].map((name) =>
    page.getByRole('main').getByRole('button', { name }).filter({ visible: true }).first()
  );
  await add!.waitFor();
  await exporting!.waitFor();
  for (const button of [add!, exporting!])
    await button.evaluate((element: HTMLButtonElement) => {
      element.style.transition = 'none';
      element.disabled = true;
    });
  const look = async (button: Locator) => [
    await styleOf(button, 'color'),
    await styleOf(button, 'backgroundColor'),
    await styleOf(button, 'boxShadow')
  ];
  expect(await look(add!)).toEqual(await look(exporting!));
  expect(await styleOf(add!, 'color')).toBe(await colour(page, '--ink-3'));
  expect(await styleOf(add!, 'backgroundColor')).toBe(await colour(page, '--surface'));
});

test('[UX-8] in forced colours a switch that is on does not look like one that is off', async () => {
  const page = await open('/administrators/new', { forcedColors: 'active' });
  const daily = page.getByRole('switch', { name: 'Daily limit' });
  await daily.waitFor();
  await daily.scrollIntoViewIfNeeded();
  const seen = async () => {
    await page.mouse.move(0, 0);
    return (await daily.screenshot({ animations: 'disabled' })).toString('base64');
  };
  const off = await seen();
  await daily.click();
  await expect.poll(() => daily.getAttribute('aria-checked')).toBe('true');
  const on = await seen();
  expect(on).not.toBe(off);
  // Grounds and thumbs are drawn, in colours of the system that can be told apart.
  const drawn = (of: Locator) =>
    of.evaluate((element) => {
      const ground = getComputedStyle(element).backgroundColor;
      return { ground, hasThumb: getComputedStyle(element.firstElementChild!).backgroundColor !== ground };
    });
  const [isOn, isOff] = [await drawn(daily), await drawn(page.getByRole('switch', { name: 'Hourly rate' }))];
  expect([isOn.hasThumb, isOff.hasThumb, isOn.ground === isOff.ground]).toEqual([true, true, false]);
});

test('[QUO-1] no limits at all are said once', async () => {
  const page = await open('/');
  const caps = page.getByRole('region', { name: 'Your caps' }).filter({ visible: true });
  await caps.getByText('No send limits', { exact: true }).waitFor();
  expect((await caps.innerText()).replace(/\s+/g, ' ').trim()).toBe('Your caps No send limits');
});

test('[UX-1] [ADM-5] on a phone a password and its confirmation stand one over the other, with one eye and a measure', async () => {
  const page = await open('/administrators/new', { viewport: PHONE });
  const password = page.getByLabel('Password', { exact: true });
  const confirm = page.getByLabel('Confirm password');
  await password.waitFor();
  const [first, second] = [(await password.boundingBox())!, (await confirm.boundingBox())!];
  expect(second.y).toBeGreaterThan(first.y + first.height);
  expect(first.width).toBeGreaterThan(240);
  const form = page.locator('form').filter({ has: confirm });
  expect(await form.getByRole('button', { name: /(Show|Hide) password/ }).count()).toBe(1);
  await form.getByText('Works once, for 72 hours.', { exact: true }).waitFor();
  await password.fill('short');
  const weak = await form.locator('[aria-live=polite]').filter({ hasText: /\w/ }).first().innerText();
  await password.fill('the lamp of the third harbour is green on mondays');
  await until(
    async () =>
      (await form.locator('[aria-live=polite]').filter({ hasText: /\w/ }).first().innerText()) !== weak,
    'the measure follows'
  );
});

test('[UX-1] [UX-8] the segments of a choice are as high as a finger needs', async () => {
  const page = await open('/roles', { viewport: PHONE, hasTouch: true, isMobile: true });
  for (const path of ['/roles', '/administrators/new', '/account', '/settings']) {
    await page.goto(path);
    const segments = page.getByRole('radiogroup').locator('label').filter({ visible: true });
    await segments.first().waitFor();
    const heights = await segments.evaluateAll((found) =>
      found.map((each) => each.getBoundingClientRect().height)
    );
    expect(Math.min(...heights), path).toBeGreaterThanOrEqual(44);
  }
});

test('[UX-8] no strip of ticks is wider than its box, or cut: it says what permissions there are', async () => {
  const page = await open('/roles');
  let strips = 0;
  for (const path of ['/roles', '/roles/admin', '/roles/admin/history', '/account', '/applications']) {
    await page.goto(path);
    await page.getByRole('heading', { level: 1 }).first().waitFor();
    await page.waitForFunction(() => !document.querySelector('[aria-busy="true"]'));
    for (const width of [320, 360, 720, 800, 1101, 1440]) {
      await page.setViewportSize({ width, height: 900 });
      const found = await page.evaluate(async () => {
        await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
        const shown = [
          ...document.querySelectorAll('svg[preserveAspectRatio=none][aria-hidden=true]')
        ].filter((strip) => strip.checkVisibility() && strip.getBoundingClientRect().width > 0);
        const cut = shown.flatMap((strip) => {
          const { left, right, width } = strip.getBoundingClientRect();
          const parent = strip.parentElement!.getBoundingClientRect();
          const within = left >= -0.5 && right <= innerWidth + 0.5 && right <= parent.right + 0.5;
          return within ? [] : [`${Math.round(width)} px in ${Math.round(parent.width)}`];
        });
        return { shown: shown.length, cut };
      });
      expect(found.cut, `${path} at ${width}`).toEqual([]);
      strips += found.shown;
    }
  }
  expect(strips).toBeGreaterThan(60);
});
