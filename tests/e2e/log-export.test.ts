import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { auditedTransaction } from '../../src/lib/server/db/driver/transaction';
import { record } from '../../src/lib/server/services/write-path/audit';
import { expectAccessible } from '../support/accessible';
import { PHONE, useBrowser } from '../support/browser';
import { startTestConsole, type TestConsole } from '../support/console';
import { csvOf } from '../support/exported-log';
import { HOSTILE_TEXTS } from '../support/hostile-texts';
import { openState, signed, type StateProbe } from '../support/state';
import { openUseCases } from '../support/use-cases';
import { logVerify } from '../support/verifiers';

const browser = useBrowser();
let app: TestConsole;
let state: StateProbe;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rolecall-export-'));
  app = await startTestConsole();
  state = openState(app.databaseUrl);
  await app.person('Omar Haddad', 'support');
  for (let n = 0; n < 5; n++) await app.owner.call('roles.create', { name: `Role ${n}` });
  await state.settled();
});
afterAll(async () => {
  await state.close();
  await app.stop();
  await rm(folder, { recursive: true, force: true });
});

const dialogOf = (page: Page) => page.getByRole('dialog').or(page.getByRole('alertdialog'));

test('[LOG-5] what is shown is exported from the page, saved by the browser', async () => {
  const { page } = await browser.open(app.owner);
  // As in Firefox and Safari.
  await page.addInitScript('delete window.showSaveFilePicker');
  await page.goto('/logs/activity?search=Role');
  await page.getByRole('button', { name: 'Export' }).click();
  const dialog = dialogOf(page);
  await dialog.getByText('Activity logs, entries that match “Role”.').waitFor();
  await dialog.getByText(/^\d+ entries\.$/).waitFor();
  const download = page.waitForEvent('download');
  await dialog.getByRole('button', { name: 'Export' }).click();
  const saved = await download;
  expect(saved.suggestedFilename()).toMatch(/^rolecall-activity-\d{4}-\d\d-\d\d\.csv$/);
  const file = join(folder, 'saved.csv');
  await saved.saveAs(file);
  await dialog.getByText(/^\d+ entries, [\d.,]+ (bytes|kB), as CSV\./).waitFor();
  const rows = csvOf(await readFile(file, 'utf8'));
  const created = rows.filter(({ action }) => action === 'role.created');
  expect(created.map(({ target }) => target)).toEqual(['Role 0', 'Role 1', 'Role 2', 'Role 3', 'Role 4']);
  await dialog.getByRole('button', { name: 'Done' }).click();
  await dialog.waitFor({ state: 'detached' });
});

test('[LOG-5] the whole log is written into a file that somebody chose, and verifies', async () => {
  const { page } = await browser.open(app.owner);
  // The chooser is the browser's own; the file is a real one, in its private file system.
  await page.addInitScript(`window.showSaveFilePicker = async ({ suggestedName }) =>
    (await navigator.storage.getDirectory()).getFileHandle(suggestedName, { create: true })`);
  await page.goto('/logs/authentication');
  await page.getByRole('button', { name: 'Export' }).click();
  const dialog = dialogOf(page);
  await dialog.getByText('The whole log', { exact: true }).click();
  await dialog.getByText('The whole log, both views, every entry.').waitFor();
  await dialog.getByRole('radio', { name: 'JSON Lines with proofs' }).check();
  await dialog.getByRole('button', { name: 'Export' }).click();
  await dialog.getByText(/as JSON Lines with proofs\./).waitFor();
  const text = await page.evaluate<string>(`(async () => {
    for await (const handle of (await navigator.storage.getDirectory()).values()) return (await handle.getFile()).text();
  })()`);
  const file = join(folder, 'whole.jsonl');
  await writeFile(file, text);
  expect(logVerify('--file', file)).toMatchObject({ code: 0 });
});

test('[UX-1] the dialog fits a phone, in both schemes, and axe finds nothing', async () => {
  const { page } = await browser.open(app.owner, { viewport: PHONE, hasTouch: true });
  await page.goto('/logs/activity');
  await page.getByRole('button', { name: 'Export' }).click();
  await dialogOf(page)
    .getByText(/entries\.$/)
    .waitFor();
  await expectAccessible(page, 'the dialog of an export');
});

test('[H-11] hostile entries are text in the browser: nothing runs, nothing is made, no row is turned around', async () => {
  const { deps, handle } = await openUseCases(app.databaseUrl);
  const short = HOSTILE_TEXTS.filter(
    (text) => text.length < 100 && text.isWellFormed() && !text.includes('\0')
  );
  const markup = short.filter((text) => text.includes('hacked') && !text.includes('Maya')).slice(0, 24);
  // The newest are on top: what could run is what is surely looked at.
  const sample = [...short.filter((text, at) => at % 12 === 0 || text === '\u202egnp.exe'), ...markup];
  await auditedTransaction(deps.db, async (tx) => {
    for (const text of sample)
      for (const [action, type] of [
        ['role.edited', 'role'],
        ['auth.sign_in_failed', 'account']
      ] as const)
        await record(
          tx,
          {
            actor: { type: 'administrator', id: text, name: text, sid: null, aal: 1, via: 'web' },
            request: { id: 'r', ip: text, peer: null, userAgent: text },
            email: text
          },
          { action, target: { type, id: text, name: text }, outcome: 'success', reason: text },
          []
        );
  });
  await handle.close();
  await signed(state);
  const { page } = await browser.open(app.owner);
  for (const path of ['/logs/activity', '/logs/authentication', '/']) {
    await page.goto(path);
    await page.getByText('onerror=').first().waitFor();
    const found = await page.evaluate<{ hacked: unknown; made: number; active: string[] }>(`(() => ({
      hacked: globalThis.hacked ?? null,
      made: document.querySelectorAll('main script, main style, main img, main [onerror], main [onload], main a[href^="javascript:"]').length,
      active: (document.querySelector('main')?.innerText.match(/[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u200b\\u200e\\u200f\\u202a-\\u202e\\u2060-\\u2069\\ufeff]/gu) ?? [])
    }))()`);
    expect(found, path).toEqual({ hacked: null, made: 0, active: [] });
  }
  // A mark of direction is seen instead of obeyed.
  await page.goto(`/logs/activity?search=${encodeURIComponent('gnp.exe')}`);
  await page.getByText('\\u{202e}gnp.exe').first().waitFor();
});
