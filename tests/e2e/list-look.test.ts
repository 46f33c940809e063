import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestConsole, type TestConsole } from '../support/console';
import { PHONE, useBrowser } from '../support/browser';
import { madeBy } from '../support/made-tenants';
import { until } from '../support/replica';

const SHOTS = process.env['SHOTS'];
const browser = useBrowser();
let app: TestConsole;
beforeAll(async () => {
  app = await startTestConsole();
  await app.person('Priya Nair', 'support');
  const made = madeBy(app.owner);
  const { id } = await made.package({ name: 'Growth', caps: { daily: 30_000 } });
  await made.user(id, { name: 'Lumen & Daughters' });
});
afterAll(() => app.stop());

test.each([
  ['/administrators', 'Priya Nair', 'Administrators'],
  ['/users', 'Lumen & Daughters', 'Users']
])(
  '[UX-1] [UX-3] columns and density of %s are chosen with the keyboard and stay as they were chosen',
  async (path, name, label) => {
    const { page, errors } = await browser.open(app.owner);
    await page.goto(path);
    const row = page.getByRole('row', { name: new RegExp(name) });
    await row.waitFor();
    const header = (column: string) =>
      page.getByRole('table', { name: label }).getByRole('columnheader', { name: column });
    const cells = () => row.getByRole('cell').filter({ visible: true }).count();
    const [before, height] = [await cells(), (await row.boundingBox())!.height];
    expect(await header('Created').isVisible()).toBe(true);

    await page.getByRole('button', { name: 'Columns and density' }).focus();
    await page.keyboard.press('Enter');
    const created = page.getByRole('menuitemcheckbox', { name: 'Created' });
    await created.waitFor();
    expect(await created.getAttribute('aria-checked')).toBe('true');
    // Typing goes to what begins with it; the list of choices stays open for the next one.
    await page.keyboard.type('Cr');
    await page.keyboard.press('Enter');
    await until(async () => (await created.getAttribute('aria-checked')) === 'false');
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await until(async () => (await row.boundingBox())!.height < height);
    await page.keyboard.press('Escape');
    await created.waitFor({ state: 'detached' });
    expect(await header('Created').count()).toBe(0);
    expect(await cells()).toBe(before - 1);
    if (SHOTS) await page.screenshot({ path: `${SHOTS}/compact${path.replace('/', '-')}.png` });

    await page.reload();
    await row.waitFor();
    expect([await header('Created').count(), (await row.boundingBox())!.height < height]).toEqual([0, true]);
    // A phone shows what fits a phone.
    await page.setViewportSize(PHONE);
    expect(await page.getByRole('button', { name: 'Columns and density' }).isVisible()).toBe(false);
    expect((await row.boundingBox())!.height).toBeGreaterThanOrEqual(64);

    expect(errors).toEqual([]);
  }
);
