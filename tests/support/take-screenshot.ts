import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { appProcess } from '../faults/app-process';
import { onOwnPostgres } from '../faults/own-postgres';
import { ApiClient } from './api-client';
import { launchChromium } from './chromium';
import { sessionCookie } from './session-cookie';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
const BROADCASTS = 'campaigns.broadcasts';
const TOKEN = 'setup-token-of-the-screenshot';
const PASSWORD = 'a long enough sentence for a picture';
const PORT = 4183;
/** The builder stands left, the platform right. */
const BUILDER = { width: 960, height: 720 };
const PLATFORM = { width: 480, height: 720 };

/**
 * Takes the picture of the example platform beside the role builder that governs it: two of its four actions are
 * ticked.
 * @param path where the picture is written
 */
export async function takeScreenshot(path: string): Promise<void> {
  const run = promisify(execFile);
  await run(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'packages/client'], { cwd: PROJECT });
  await onOwnPostgres(async (url) => {
    const console = appProcess(PORT, { DATABASE_URL: url, SETUP_TOKEN: TOKEN, ...keys() });
    await console.start();
    try {
      await picture(console.origin, path);
    } finally {
      await console.stop();
    }
  });
}

const keys = () => ({
  ENCRYPTION_KEYS: `00000001:${Buffer.alloc(32, 7).toString('base64')}`,
  LOG_SIGNING_KEYS: Buffer.alloc(32, 8).toString('base64'),
  LOG_CHECKPOINTS: 'none'
});

async function picture(origin: string, path: string): Promise<void> {
  const { owner, roleId, key } = await furnish(origin);
  const platform = spawn(process.execPath, ['examples/platform/server.mjs'], {
    cwd: PROJECT,
    env: { ...process.env, ROLECALL_URL: origin, ROLECALL_KEY: key, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit']
  });
  const [line] = (await once(createInterface(platform.stdout), 'line')) as [string];
  const browser = await launchChromium();
  try {
    const builder = await browser.newContext({ viewport: BUILDER, baseURL: origin, reducedMotion: 'reduce' });
    await builder.addCookies([sessionCookie(owner.cookie)]);
    const left = await shown(await builder.newPage(), async (page) => {
      await page.goto(`/roles/${roleId}`);
      await page.getByRole('searchbox', { name: 'Search permissions' }).fill('broadcasts');
      await page.locator(`[data-row="${BROADCASTS}.schedule"]`).waitFor();
    });
    const right = await shown(await browser.newPage({ viewport: PLATFORM }), async (page) => {
      await page.goto(line.replace('Platform ready: ', ''));
      await page.getByLabel('Your address').fill('olga@northwind.example');
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('button', { name: 'Send a test' }).first().waitFor();
    });
    const both = await browser.newPage({
      viewport: { width: BUILDER.width + PLATFORM.width, height: BUILDER.height }
    });
    const image = (bytes: Buffer) => `<img src="data:image/png;base64,${bytes.toString('base64')}">`;
    await both.setContent(
      `<style>body{margin:0;display:flex}img+img{box-sizing:border-box;border-left:1px solid #888}</style>${image(left)}${image(right)}`
    );
    await both.screenshot({ path });
  } finally {
    await browser.close();
    platform.kill('SIGTERM');
  }
}

/**
 * An owner, a role that may look at broadcasts, test and schedule them, somebody who has it, and a key for the
 * platform.
 */
async function furnish(origin: string): Promise<{ owner: ApiClient; roleId: string; key: string }> {
  const owner = new ApiClient(origin);
  const maya = { name: 'Maya Lindqvist', email: 'maya@northwind.example', password: PASSWORD };
  await owner.call('setup.createOwner', { token: TOKEN, ...maya });
  const role = async (name: string, permissions: string[]) =>
    (await owner.call<{ id: string }>('roles.create', { name, permissions })).id;
  const roleId = await role('Campaign team', [
    `${BROADCASTS}.view`,
    `${BROADCASTS}.test_send`,
    `${BROADCASTS}.schedule`
  ]);
  const olga = { name: 'Olga Petrova', email: 'olga@northwind.example', roleId };
  await owner.call('administrators.create', { ...olga, password: PASSWORD });
  const visitor = new ApiClient(origin);
  await visitor.call('auth.signIn', { email: olga.email, password: PASSWORD });
  await visitor.call('auth.changePassword', { password: `${PASSWORD}, a second one` });
  const asker = await role('Platform', ['tools.decisions.evaluate']);
  const { id } = await owner.call<{ id: string }>('applications.create', {
    name: 'Broadcasts',
    roleId: asker
  });
  const { key } = await owner.call<{ key: string }>('applications.createKey', { id });
  return { owner, roleId, key };
}

/** Screenshot of a page when it is ready. */
async function shown(page: Page, prepare: (page: Page) => Promise<void>): Promise<Buffer> {
  await prepare(page);
  await page.evaluate('document.fonts.ready');
  return page.screenshot();
}
