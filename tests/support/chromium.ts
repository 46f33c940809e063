import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';
import { packagedChromium, type PackagedChromium } from './packaged-chromium';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome'];
const MAC_APPS = ['Google Chrome', 'Chromium'];

/** Quiet, without a sandbox (tests also run as root, in containers), and without traffic of its own. */
export const CHROMIUM_FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync'
];

/** Starts a real Chromium, headless: `CHROMIUM_PATH`, the one in an npm package, or one installed on this machine. */
export async function launchChromium(): Promise<Browser> {
  const { executablePath, env } = await findChromium();
  return chromium.launch({ executablePath, args: CHROMIUM_FLAGS, env: { ...process.env, ...env } });
}

/**
 * Path of the browser, and what it needs in its environment. The packaged one is Chromium without a desktop's
 * windows: where nobody looks it does the same at a third of the cost, and it is the same one everywhere.
 */
export async function findChromium(): Promise<PackagedChromium> {
  const chosen = process.env.CHROMIUM_PATH;
  if (chosen) return { executablePath: chosen, env: {} };
  if (process.platform === 'linux' && process.arch === 'x64') return packagedChromium();
  const executablePath = installed();
  if (executablePath) return { executablePath, env: {} };
  throw new Error('Found no Chromium: install Chrome or Chromium, or set CHROMIUM_PATH to one');
}

function installed(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const onPath = folders.flatMap((folder) => NAMES.map((name) => join(folder, name)));
  const apps = MAC_APPS.map((app) => `/Applications/${app}.app/Contents/MacOS/${app}`);
  return [...onPath, ...apps].find((path) => existsSync(path));
}
