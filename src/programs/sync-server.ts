import { createServer } from 'node:http';
import { once } from 'node:events';
import { DatabaseError } from '../lib/server/db/driver/migrate';
import { EnvError, readEnv } from '../lib/server/env';
import { makeLogger } from '../lib/server/logger';
import { NO_KEYS } from '../lib/server/auth/no-keys';
import { NO_LOG_KEYS } from '../lib/server/auth/log-key';
import { openConsole } from '../lib/server/services/installation/open-console';
import { nobodyListens } from '../lib/server/services/log/sequencer/change-listener';
import { startSequencer } from '../lib/server/services/log/sequencer/sequencer';
import { startGateway, type Gateway } from '../../ws-server/gateway';

// `/sync` in a process of its own: the same gateway as inside the app, on the same database.
try {
  const env = readEnv(process.env);
  if (env.DATABASE_URL === undefined) throw new EnvError('DATABASE_URL: a ws-server of its own needs one.');
  const logger = makeLogger(env.LOG_LEVEL);
  const { deps, handle, installation } = await openConsole({
    url: env.DATABASE_URL,
    pool: env.DATABASE_POOL,
    name: 'rolecall ws-server',
    catalogueFile: env.CATALOGUE_FILE,
    keyring: NO_KEYS,
    logKeys: NO_LOG_KEYS,
    origin: env.ORIGIN,
    log: logger
  });
  let expect: Gateway['expect'] = nobodyListens;
  const sequencer = await startSequencer(deps, handle, {
    logOrigin: installation.logOrigin,
    keys: NO_LOG_KEYS,
    onChange: (changes) => expect(changes)
  });
  const gateway = await startGateway({
    deps,
    handle,
    origin: env.ORIGIN,
    trustedProxies: env.TRUSTED_PROXIES,
    epoch: installation.epoch
  });
  ({ expect } = gateway);
  const server = createServer((request, response) => {
    response.writeHead(request.url === '/livez' ? 200 : 404, { 'content-type': 'text/plain; charset=utf-8' });
    response.end(request.url === '/livez' ? 'ok\n' : 'not found\n');
  });
  server.on('upgrade', (request, socket, head) => {
    if (!gateway.upgrade(request, socket, head)) socket.destroy();
  });
  server.listen(env.PORT, env.HOST);
  await once(server, 'listening');
  process.stdout.write(`Rolecall ws-server ready: ${env.HOST}:${env.PORT}\n`);

  let stopping = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      if (stopping) return;
      stopping = true;
      setTimeout(() => process.exit(1), 9500).unref();
      void gateway
        .stop()
        .then(() => sequencer.stop())
        .then(() => handle.close())
        .then(() => process.exit(0));
    });
} catch (error) {
  const expected = error instanceof EnvError || error instanceof DatabaseError;
  process.stderr.write(`Rolecall ws-server stopped: ${expected ? error.message : String(error)}\n`);
  process.exit(1);
}
