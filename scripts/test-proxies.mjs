// `npm run test:proxies`: forward authentication (DEC-4) with real proxies. nginx and Caddy with the recipes of the
// documentation stand before the example platform; what comes through them is looked at on its way. Skipped where
// Debian's packages cannot be had.
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';
import { join } from 'node:path';
import { ensureBuilt } from './ensure-built.mjs';
import { PROJECT } from './project.mjs';
import { freePort, onStage, until } from './stage.mjs';
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

process.exit(await onStage('proxies', main));

/** @param {import('./stage.mjs').Stage} stage */
async function main(stage) {
  const { folder } = stage;
  const found = KINDS.map((kind) => ({ ...kind, path: unpackProgram(folder, kind.name, kind.binary) }));
  for (const { name, path } of found) if (path === null) console.log(`skipped: ${name} cannot be had here`);
  if (found.every(({ path }) => path === null)) return 0;
  await ensureBuilt();
  let failed = 0;
  for (const { name, path, start } of found) {
    if (path === null) continue;
    failed += await tryProxy(stage, name, (places) => start(folder, path, places));
  }
  console.log(failed === 0 ? 'passed' : `FAILED: ${failed}`);
  return failed === 0 ? 0 : 1;
}

/**
 * Tries a proxy, and returns how many things went wrong.
 * @param {import('./stage.mjs').Stage} stage
 * @param {string} name
 * @param {(places: import('./proxies/recipes.mjs').Places) => [string, ...string[]]} start
 */
async function tryProxy(stage, name, start) {
  const [web, platform, proxy] = [await freePort(), await freePort(), await freePort()];
  const rolecall = `http://localhost:${web}`;
  const token = randomUUID();
  const stopRolecall = await stage.run(
    [process.execPath, join(PROJECT, 'build/server/serve.js')],
    {
      PORT: String(web),
      DATA_DIR: join(stage.folder, `rolecall-${name}`),
      SETUP_TOKEN: token,
      FORWARD_AUTH_SECRET: SECRET,
      FORWARD_AUTH_PROXIES: '127.0.0.1,::1',
      LOG_LEVEL: 'warn'
    },
    'Rolecall ready'
  );
  const owner = await Console.found(rolecall, token);
  const scene = await owner.scene();
  await stage.run(
    [process.execPath, join(PROJECT, 'scripts/example.mjs')],
    { PORT: String(platform), ROLECALL_URL: rolecall, ROLECALL_KEY: scene.platformKey },
    'Platform ready'
  );
  const tap = await wireTap(platform);
  stage.ends(() => tap.close());
  await stage.run(start({ proxy, rolecall, program: tap.port, secret: SECRET }), {}, null);
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
