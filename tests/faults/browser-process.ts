import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chromium, type BrowserContext } from 'playwright-core';
import { CHROMIUM_FLAGS, findChromium } from '../support/chromium';

/** A real Chromium with a profile on the disk, in processes of its own, to be killed and started again. */
export type DeviceBrowser = {
  context: BrowserContext;
  /** Ends all its processes with SIGKILL. Resolves when they are gone. */
  kill(): Promise<void>;
};

const START_MS = 60_000;

/**
 * Starts Chromium on a profile.
 * @param way which port the browser's requests to a port of this machine go to instead: a proxy in between, unseen
 */
export async function startDeviceBrowser(
  profile: string,
  way: { from: number; to: number } | null
): Promise<DeviceBrowser> {
  const { executablePath, env } = await findChromium();
  const mapped = way ? [`--host-resolver-rules=MAP localhost:${way.from} 127.0.0.1:${way.to}`] : [];
  const child = spawn(
    executablePath,
    [
      ...CHROMIUM_FLAGS,
      '--headless',
      '--remote-debugging-port=0',
      `--user-data-dir=${profile}`,
      ...mapped,
      'about:blank'
    ],
    // A group of its own: its helpers die with it.
    { stdio: ['ignore', 'ignore', 'pipe'], detached: true, env: { ...process.env, ...env } }
  );
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    process.kill(-child.pid!, 'SIGKILL');
    await exit;
  };
  try {
    const browser = await chromium.connectOverCDP(await debuggerOf(child));
    const [context] = browser.contexts();
    if (!context) throw new Error('Chromium has no context of its profile');
    return { context, kill };
  } catch (error) {
    await kill();
    throw error;
  }
}

/** The address that Chromium prints for whoever wants to drive it. */
function debuggerOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    const late = setTimeout(
      () => reject(new Error(`Chromium did not get ready within ${START_MS} ms:\n${said}`)),
      START_MS
    );
    child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-8000);
      const address = /DevTools listening on (ws:\S+)/.exec(said)?.[1];
      if (address === undefined) return;
      clearTimeout(late);
      resolve(address);
    });
    child.once('exit', (code, signal) => {
      clearTimeout(late);
      reject(new Error(`Chromium ended with ${code ?? signal}:\n${said}`));
    });
  });
}
