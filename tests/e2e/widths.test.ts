import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { startTestConsole, type TestConsole } from '../support/console';
import { PHONE, useBrowser } from '../support/browser';
import { until } from '../support/replica';
import { madeBy } from '../support/made-tenants';

const browser = useBrowser();
let app: TestConsole;
beforeAll(async () => {
  app = await startTestConsole();
  for (let at = 1; at <= 14; at++)
    await app.owner.call('administrators.create', {
      name: `Newcomer Number ${at}`,
      email: `newcomer.${at}@northwind.example`,
      roleId: 'support',
      password: 'an initial sentence for the newcomer'
    });
  for (let at = 1; at <= 14; at++)
    await app.owner.call('roles.create', { name: `Crew ${at}`, permissions: [] });
  for (let at = 1; at <= 9; at++)
    await app.owner.call('applications.create', { name: `Mail relay ${at}`, roleId: 'support' });
  const made = madeBy(app.owner);
  const roleId = await made.role('Sender');
  for (let at = 1; at <= 9; at++) {
    const { id } = await made.package({ name: `Tier ${at}`, roleId, caps: { daily: at * 10_000 } });
    await made.user(id, { name: `Client Number ${at}` });
  }
});
afterAll(() => app.stop());

/** The texts of what is seen of these elements, with three dots where they are cut. */
const seen = (page: Page, selector: string) =>
  page
    .locator(selector)
    .evaluateAll((found) =>
      found
        .filter((each) => each.checkVisibility())
        .map((each) => (each.textContent ?? '') + (each.scrollWidth > each.clientWidth + 1 ? '…' : ''))
    );

describe('[UX-8] at every width from a phone to a desk', () => {
  test('names of people, roles and permissions are there in full', async () => {
    const { page } = await browser.open(app.owner);
    for (const [width, height] of [
      [720, 450],
      [800, 600],
      [1101, 700],
      [1280, 800]
    ] as const) {
      await page.setViewportSize({ width, height });
      for (const path of ['/administrators', '/administrators/new?search=newcomer']) {
        await page.goto(path);
        await page.getByRole('row', { name: /Newcomer Number 7/ }).waitFor();
        const names = await seen(page, '.row-link');
        expect(names.length, `${path} at ${width}`).toBeGreaterThan(2);
        expect(
          names.filter((name) => name.endsWith('…')),
          `${path} at ${width}`
        ).toEqual([]);
      }
      await page.goto('/roles/support');
      await page.getByRole('searchbox', { name: 'Search permissions' }).fill('contacts');
      await page.locator('[role=treeitem][aria-level="2"]').first().waitFor();
      const labels = await seen(page, '[role=treeitem] .truncate[data-part=label]');
      expect(labels.length).toBeGreaterThan(1);
      expect(
        labels.filter((label) => label.endsWith('…')),
        `the builder at ${width}`
      ).toEqual([]);
      await expect
        .poll(() => page.evaluate(() => document.documentElement.scrollWidth <= innerWidth))
        .toBe(true);
    }
  });

  test('long names of somebody make their page no wider than the screen', async () => {
    const name = `${'a-long-login-of-somebody.'.repeat(3)}@relay.northwind.example`;
    await app.owner.call('administrators.addSendingName', { id: app.ownerId, name });
    const { page } = await browser.open(app.owner, { viewport: PHONE });
    await page.goto(`/administrators/${app.ownerId}`);
    await page.getByText(name).waitFor();
    for (const width of [320, 360, 720, 1101]) {
      await page.setViewportSize({ width, height: 740 });
      await expect
        .poll(() => page.evaluate(() => document.documentElement.scrollWidth), { message: `${width}` })
        .toBe(width);
    }
  });

  test('nothing lies over the end of a row of a list on a phone', async () => {
    const { page } = await browser.open(app.owner, { viewport: PHONE });
    for (const path of ['/administrators', '/roles', '/applications', '/users', '/packages']) {
      await page.goto(path);
      await page.getByRole('row').nth(8).waitFor();
      const covered = await page.getByRole('row').evaluateAll((rows) =>
        rows.flatMap((row) => {
          const box = row.getBoundingClientRect();
          const tabs = document.querySelector('nav[aria-label="Main"], nav')!.getBoundingClientRect();
          const limit = tabs.top > 300 ? tabs.top : innerHeight - 61;
          if (box.top < 130 || box.bottom > limit || box.height < 30) return [];
          const top = document.elementFromPoint(box.right - 30, box.top + box.height / 2);
          return row.contains(top) ? [] : [row.textContent];
        })
      );
      expect(covered, path).toEqual([]);
    }
    await page.goto('/roles');
    const add = page.getByRole('button', { name: 'New role' }).filter({ visible: true });
    await add.waitFor();
    const box = await add.boundingBox();
    expect(Math.min(box!.width, box!.height)).toBeGreaterThanOrEqual(44);
  });
});

test('[UX-7] looking at a permission does not change it: the box toggles, the rest of its row selects', async () => {
  const { id } = await app.owner.call<{ id: string }>('roles.create', { name: 'Looked at', permissions: [] });
  const granted = async () =>
    (await app.owner.call<{ permissions: string[] }>('roles.get', { id })).permissions;
  const export_ = 'audience.contacts.export';
  const { page } = await browser.open(app.owner);
  await page.goto(`/roles/${id}`);
  await page.getByRole('searchbox', { name: 'Search permissions' }).fill(export_);
  const row = page.locator(`[data-row="${export_}"]`);
  for (const part of ['.truncate[data-part=label]', '.id', '[data-part=end]']) {
    await row.locator(part).click();
    await expect.poll(() => row.getAttribute('aria-checked'), { message: part }).toBe('false');
    await page.getByRole('region', { name: 'Selected permission' }).getByText('Never changed').waitFor();
  }
  await row.locator('[data-part=box]').click();
  await until(async () => (await granted()).includes(export_));
  await row.focus();
  await page.keyboard.press('Enter');
  await expect.poll(() => row.getAttribute('aria-checked')).toBe('true');
  await page.keyboard.press('Space');
  await until(async () => (await granted()).length === 0);

  const phone = (await browser.open(app.owner, { viewport: PHONE, hasTouch: true, isMobile: true })).page;
  await phone.goto(`/roles/${id}`);
  await phone.getByRole('searchbox', { name: 'Search permissions' }).fill(export_);
  const thumb = phone.locator(`[data-row="${export_}"]`);
  await thumb.locator('.truncate[data-part=label]').tap();
  await phone
    .getByRole('dialog', { name: 'Export' })
    .getByText('Never changed')
    .or(phone.getByRole('dialog', { name: 'Export' }).getByText(/Unticked by/))
    .waitFor();
  expect(await granted()).toEqual([]);
});

test('[UX-2] many roles: found by typing, in the list and where one is chosen, in the order people count', async () => {
  const { page } = await browser.open(app.owner);
  await page.goto('/roles');
  const names = page.getByRole('rowheader').getByRole('link');
  await names.first().waitFor();
  await expect.poll(() => names.allTextContents()).toContain('Crew 10');
  const listed = await names.allTextContents();
  expect(listed[0]).toBe('Super Administrator');
  expect(listed.indexOf('Support')).toBeLessThan(listed.indexOf('Crew 1'));
  expect(listed.indexOf('Crew 9')).toBeLessThan(listed.indexOf('Crew 10'));
  await page.getByRole('button', { name: 'Members' }).click();
  await until(async () => (await names.first().textContent()) === 'Support');
  await page.getByRole('searchbox', { name: 'Search roles' }).fill('crew 12');
  await until(async () => (await names.count()) === 1);
  await page.waitForURL(/search=crew\+12/);

  await page.goto('/administrators/new');
  await page.getByLabel('Role', { exact: true }).click();
  await page.getByPlaceholder('Find').fill('crew 13');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Role' }).getByText('Crew 13').waitFor();
});

test('[UX-7] what many people would lose at one press is asked first', async () => {
  const { page } = await browser.open(app.owner);
  await page.goto('/roles/support');
  await page.getByRole('treeitem').first().waitFor();
  await page.getByRole('link', { name: 'Members 14' }).waitFor();
  await page.getByRole('button', { name: 'Clear all' }).click();
  const question = page.getByRole('alertdialog', { name: /^Untick \d+ permissions for 14 members\?$/ });
  await question.getByRole('button', { name: 'Cancel' }).click();
  const kept = await app.owner.call<{ permissions: string[] }>('roles.get', { id: 'support' });
  expect(kept.permissions.length).toBeGreaterThan(10);
  await page.getByRole('button', { name: 'Clear all' }).click();
  await question.getByRole('button', { name: /^Untick/ }).click();
  await until(
    async () =>
      (await app.owner.call<{ permissions: string[] }>('roles.get', { id: 'support' })).permissions.length ===
      0
  );
  await page.getByRole('button', { name: 'Undo' }).first().click();
  await until(
    async () =>
      (await app.owner.call<{ permissions: string[] }>('roles.get', { id: 'support' })).permissions.length ===
      kept.permissions.length
  );
});

test('[UX-8] in forced colours controls have edges, and what is on is in the system’s colour', async () => {
  const { page } = await browser.open(app.owner, { forcedColors: 'active' });
  await page.goto('/roles/analyst');
  await page.getByRole('searchbox', { name: 'Search permissions' }).fill('audience.contacts');
  await page.getByRole('button', { name: /^Read\b/ }).click();
  await page.locator('[data-row="audience.contacts.view"]').waitFor();
  const looks = await page.evaluate(() => {
    const style = (selector: string) => getComputedStyle(document.querySelector(selector)!);
    const probe = document.createElement('i');
    probe.style.cssText = 'forced-color-adjust:none;background:Highlight';
    document.body.append(probe);
    const highlight = getComputedStyle(probe).backgroundColor;
    probe.remove();
    const off = document.querySelector('.box.off, .box.locked-off')
      ? style('.box.off, .box.locked-off')
      : null;
    return {
      off: off?.borderTopStyle ?? 'solid',
      field: getComputedStyle(document.querySelector('input[type=search]')!.parentElement!).borderTopStyle,
      switch: style('[role=switch]').outlineStyle,
      button: style('main button.ring-1').borderTopStyle,
      on: style('.box.on, .box.mixed').backgroundColor === highlight,
      pressed: style('button[aria-pressed=true]').backgroundColor === highlight
    };
  });
  expect(looks).toEqual({
    off: 'solid',
    field: 'solid',
    switch: 'solid',
    button: 'solid',
    on: true,
    pressed: true
  });
});

test('[UX-8] the state of the connection stands last in the top bar of every page, at a desk and on a phone', async () => {
  for (const viewport of [{ width: 1440, height: 900 }, { width: 1024, height: 768 }, PHONE]) {
    const { page } = await browser.open(app.owner, { viewport });
    for (const path of ['/', '/roles', '/roles/support', '/administrators', '/logs/activity', '/settings']) {
      await page.goto(path);
      const pill = page.getByRole('banner').getByRole('status').first();
      await pill.waitFor();
      const after = () =>
        pill.evaluate((status) => {
          const right = status.getBoundingClientRect().right;
          return [...status.closest('header')!.querySelectorAll('button, a')]
            .filter((each) => !status.contains(each) && !each.contains(status))
            .filter((each) => each.getBoundingClientRect().left >= right)
            .map((each) => each.getAttribute('aria-label') ?? each.textContent);
        });
      await expect.poll(after, { message: `${path} at ${viewport.width}` }).toEqual([]);
    }
  }
});

test('[UX-8] the marks of all kinds stand in one line beside the tree of a role', async () => {
  const { page } = await browser.open(app.owner, { viewport: { width: 1440, height: 900 } });
  await page.goto('/roles/support');
  const kinds = page.getByRole('region', { name: 'Permissions by kind' });
  await kinds.getByText('Sensitive').waitFor();
  const middles = await kinds.locator('dt svg').evaluateAll((marks) =>
    marks.map((mark) => {
      const { left, right } = mark.getBoundingClientRect();
      return Math.round(left + right) / 2;
    })
  );
  expect(middles).toHaveLength(4);
  expect(Math.max(...middles) - Math.min(...middles)).toBeLessThanOrEqual(0.5);
});

test('[UX-8] a form fills a phone: its buttons rest at the bottom, and no page scrolls into nothing', async () => {
  const { page } = await browser.open(app.owner, { viewport: PHONE, isMobile: true, hasTouch: true });
  await page.goto('/administrators/new');
  const save = page.getByRole('button', { name: 'Save', exact: true });
  await save.waitFor();
  await expect.poll(() => page.getByRole('navigation', { name: 'Main' }).count()).toBe(0);
  const bottom = async () => {
    const { y, height } = (await save.boundingBox())!;
    return y + height;
  };
  await expect.poll(bottom).toBeGreaterThan(PHONE.height - 24);
  const desk = await browser.open(app.owner);
  await desk.page.goto('/account');
  await desk.page.getByRole('heading', { level: 1, name: 'My account' }).waitFor();
  await expect
    .poll(() => desk.page.evaluate(() => document.documentElement.scrollHeight - innerHeight))
    .toBe(0);
});
