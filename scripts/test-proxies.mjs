// `npm run test:proxies`: forward authentication (DEC-4) with real proxies. nginx and Caddy with the recipes of the documentation stand
// before the example platform; what comes through them is looked at on its way. Skipped where Debian's packages cannot be had.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ensureBuilt } from './ensure-built.mjs';
import { listen } from './mail/sockets.mjs';
import { PROJECT } from './project.mjs';
import { Console } from './proxies/console.mjs';
import { caddyWith, nginxWith } from './proxies/recipes.mjs';
import { trials } from './proxies/trials.mjs';
import { unpackProgram } from './proxies/unpack-proxies.mjs';
import { wireTap } from './proxies/wire-tap.mjs';

const SECRET = 'a secret of this very run';
const KINDS = /** @type {const} */ ([
  { name: 'nginx', binary: 'usr/sbin/nginx', start: nginxWith },
  { name: 'caddy', binary: 'usr/bin/caddy', start: caddyWith }
]);

const folder = mkdtempSync(join(tmpdir(), 'rolecall-proxies-'));
chmodSync(folder, 0o755);
/** @type {(() => unknown)[]} */
const started = [];
const code = await main().finally(async () => {
  for (const stop of started.reverse()) await stop();
  rmSync(folder, { recursive: true, force: true });
});
process.exit(code);

async function main() {
  const found = KINDS.map((kind) => ({ ...kind, path: unpackProgram(folder, kind.name, kind.binary) }));
  for (const { name, path } of found) if (path === null) console.log(`skipped: ${name} cannot be had here`);
  if (found.every(({ path }) => path === null)) return 0;
  await ensureBuilt();
  let failed = 0;
  for (const { name, path, start } of found) {
    if (path === null) continue;
    failed += await tryProxy(name, (places) => start(folder, path, places));
  }
  console.log(failed === 0 ? 'passed' : `FAILED: ${failed}`);
  return failed === 0 ? 0 : 1;
}

/**
 * How many things went wrong with a proxy.
 * @param {string} name
 * @param {(places: import('./proxies/recipes.mjs').Places) => [string, string[]]} start
 */
async function tryProxy(name, start) {
  const [web, platform, proxy] = [await freePort(), await freePort(), await freePort()];
  const rolecall = `http://localhost:${web}`;
  const token = randomUUID();
  const stopRolecall = await run(
    [process.execPath, [join(PROJECT, 'build/server/serve.js')]],
    {
      PORT: String(web),
      DATA_DIR: join(folder, `rolecall-${name}`),
      SETUP_TOKEN: token,
      FORWARD_AUTH_SECRET: SECRET,
      FORWARD_AUTH_PROXIES: '127.0.0.1,::1',
      LOG_LEVEL: 'warn'
    },
    'Rolecall ready'
  );
  const owner = await Console.found(rolecall, token);
  const scene = await owner.scene();
  await run(
    [process.execPath, [join(PROJECT, 'scripts/example.mjs')]],
    { PORT: String(platform), ROLECALL_URL: rolecall, ROLECALL_KEY: scene.platformKey },
    'Platform ready'
  );
  const tap = await wireTap(platform);
  started.push(() => tap.close());
  await run(start({ proxy, rolecall, program: tap.port, secret: SECRET }), {}, null);
  await until(async () => {
    if ((await ask(proxy, {})).status !== 401) throw new Error(`${name} does not answer yet`);
  });
  return trials(name, { ask: (given) => ask(proxy, given), tap, owner, scene, stopRolecall });
}

/**
 * A request as a client sends it to the proxy: its path is sent as it is written.
 * @param {number} port
 * @param {import('./proxies/trials.mjs').Given} given
 * @returns {Promise<{ status: number, headers: import('node:http').IncomingHttpHeaders }>}
 */
async function ask(port, { method = 'GET', path = '/', key, headers = {} }) {
  const asked = request({
    ...{ host: '127.0.0.1', port, method, path, agent: false, timeout: 10_000 },
    headers: { host: 'app.example.com', ...(key ? { authorization: `Bearer ${key}` } : {}), ...headers }
  });
  asked.on('timeout', () => asked.destroy(new Error('no answer within 10 s')));
  asked.end();
  const [response] = await once(asked, 'response');
  response.resume();
  await once(response, 'end');
  return { status: response.statusCode, headers: response.headers };
}

/**
 * Starts a program; how to stop it.
 * @param {[string, string[]]} command
 * @param {Record<string, string>} env
 * @param {string | null} ready what it says when it is; null: nothing
 */
async function run([command, args], env, ready) {
  const child = spawn(command, args, {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: folder, ...env },
    stdio: ['ignore', 'pipe', 'pipe']
  });
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  };
  started.push(stop);
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += chunk));
  if (ready !== null)
    await until(() => {
      if (!text.includes(ready)) throw new Error(`${args[0]} did not start: ${text}`);
    });
  return stop;
}

async function freePort() {
  const { port, close } = await listen(() => undefined);
  close();
  return port;
}

/** @param {() => unknown} check */
async function until(check) {
  const end = Date.now() + 60_000;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > end) throw error;
      await sleep(100);
    }
  }
}
