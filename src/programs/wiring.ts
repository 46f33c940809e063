import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import type { Env } from '../lib/server/env';
import { exportRoute } from '../lib/server/api/http/export-route';
import { startPolicyService } from '../lib/server/api/postfix/policy-server';
import { createOuterServer, type PageHandler } from '../lib/server/api/http/outer-server';
import { procedureCalls } from '../lib/server/api/procedures/procedure-calls';
import { programEndpoints } from '../lib/server/api/programs/dispatcher';
import { ProgramLimits } from '../lib/server/api/http/program-limits';
import { startAuthorityView } from '../lib/server/services/decisions/authority-view';
import { lastUses } from '../lib/server/services/decisions/last-uses';
import { askGate } from '../lib/server/services/quotas/ask-gate';
import { MergedAsks } from '../lib/server/services/quotas/merged-asks';
import { sendRefusals } from '../lib/server/services/quotas/send-refusals';
import { sendingLayers } from '../lib/server/services/quotas/sending-layers';
import { callCounts } from '../lib/server/services/applications/call-counts';
import { refusedPrograms } from '../lib/server/services/decisions/refused-programs';
import { toldDenials } from '../lib/server/services/decisions/told-denials';
import { nobodyListens, type ChangeListener } from '../lib/server/services/log/sequencer/change-listener';
import { openSetup } from '../lib/server/services/sign-in/setup-owner';
import { startGateway, type Gateway, type GatewayOptions } from '../../ws-server/gateway';
import { allEndpoints } from './endpoints';
import { startBackgroundWork } from './background-work';
import { diskRoom, DiskWatch } from './disk-space';
import { openDatabase, type DatabaseOptions, type OpenedDatabase } from './open-database';
import { probes } from './probes';
import { stopList, type OnStop } from './stops';

export type RunningConsole = {
  origin: string;
  port: number;
  /** The link that opens the setup; null when there is an owner. */
  setupLink: string | null;
  stop(): Promise<void>;
};

export type ConsoleOptions = DatabaseOptions & {
  pages: PageHandler;
  hearsAuthority?: GatewayOptions['hearsAuthority'];
};

/**
 * Starts everything one process does: the database when none is given, migrations, pages, tRPC, `/sync`, sequencer.
 * What was started is stopped again when a later step fails.
 */
export async function startConsole(options: ConsoleOptions): Promise<RunningConsole> {
  const { env } = options;
  const { onStop, stop, isStopping } = stopList(options.logger);
  try {
    const database = await openDatabase(options, onStop);
    const { deps, handle } = database;
    let gateway: Gateway | null = null;
    const onChange: ChangeListener = (changes) => (gateway?.expect ?? nobodyListens)(changes);
    const background = await startBackgroundWork(env, database, onStop, onChange);
    if (env.SYNC === 'inside') gateway = await startSync(options, database);
    const dataDir = resolve(env.DATA_DIR);
    const disk = new DiskWatch(() => diskRoom(dataDir), options.logger);
    onStop(() => disk.stop());
    const answering = await startAnswering(options, database, onStop);
    const server = createOuterServer({
      env,
      deps,
      ...answering,
      pages: options.pages,
      probes: probes({ handle, gateway, ...background, disk, isStopping })
    });
    const port = await listen(env, server, gateway);
    onStop(async () => {
      const closed = once(server, 'close');
      server.close();
      await gateway?.stop();
      answering.programs.stop();
      await answering.exports.stop();
      server.closeIdleConnections();
      setTimeout(() => server.closeAllConnections(), 3000).unref();
      await closed;
    });
    if (env.POLICY_LISTEN) {
      const policy = await startPolicyService({
        ...{ deps, ...answering.ledger, log: options.logger },
        ...{ address: env.POLICY_LISTEN, token: env.POLICY_TOKEN }
      });
      onStop(() => policy.stop());
    }
    const token = await openSetup(deps, env.SETUP_TOKEN);
    const setupLink = token === null ? null : `${env.ORIGIN}/setup?token=${token}`;
    return { origin: env.ORIGIN, port, setupLink, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** `/sync` in this process. */
function startSync(
  { env, hearsAuthority }: ConsoleOptions,
  { deps, handle, installation }: OpenedDatabase
): Promise<Gateway> {
  return startGateway({
    deps,
    handle,
    origin: env.ORIGIN,
    trustedProxies: env.TRUSTED_PROXIES,
    epoch: installation.epoch,
    hearsAuthority
  });
}

/** Starts the endpoints for programs, with what they count in memory; and exports, which are streams. */
async function startAnswering(
  { env, hearsAuthority: hears }: ConsoleOptions,
  { deps, handle }: OpenedDatabase,
  onStop: OnStop
) {
  const authority = await startAuthorityView(deps, handle, { hears });
  onStop(() => authority.stop());
  const uses = lastUses(deps);
  onStop(() => uses.stop());
  const denials = toldDenials(deps);
  onStop(() => denials.stop());
  const calls = callCounts(deps);
  onStop(() => calls.stop());
  const attempts = refusedPrograms(deps, calls);
  onStop(() => attempts.stop());
  const gate = askGate(env.DATABASE_POOL);
  const batcher = new MergedAsks(deps.db, gate);
  const layers = sendingLayers(deps);
  onStop(() => layers.stop());
  const refusals = sendRefusals(deps);
  onStop(() => refusals.stop());
  const counts = { uses, limits: new ProgramLimits(), calls };
  const ledger = { layers, refusals, gate, batcher };
  const endpoints = allEndpoints({ deps, view: authority, ...counts, ...ledger, denials, attempts, env });
  const programs = programEndpoints({ deps, view: authority, attempts, endpoints, ...counts });
  const procedures = procedureCalls({ deps, authority, counts });
  return { procedures, ledger, programs, exports: exportRoute(deps) };
}

/** @returns the port that it listens at */
async function listen(env: Env, server: Server, gateway: Gateway | null): Promise<number> {
  server.on('upgrade', (request, socket, head) => {
    if (gateway?.upgrade(request, socket, head)) return;
    if (server.listenerCount('upgrade') === 1) socket.destroy();
  });
  server.listen(env.PORT, env.HOST);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}
