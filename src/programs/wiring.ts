import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { openKeyring } from '../lib/server/auth/keyring';
import { openLogKeys } from '../lib/server/auth/log-key';
import { startEmbeddedPostgres } from '../lib/server/db/embedded/embedded-postgres';
import { migrateDatabase } from '../lib/server/db/driver/migrate';
import type { Env } from '../lib/server/env';
import { exportRoute } from '../lib/server/api/http/export-route';
import { startPolicyService } from '../lib/server/api/postfix/policy-server';
import { createOuterServer, type PageHandler } from '../lib/server/api/http/outer-server';
import { programEndpoints } from '../lib/server/api/programs/dispatcher';
import { ProgramLimits } from '../lib/server/api/http/program-limits';
import type { makeLogger } from '../lib/server/logger';
import { startAuthorityView } from '../lib/server/services/decisions/authority-view';
import { lastUses } from '../lib/server/services/decisions/last-uses';
import { startAlerts } from '../lib/server/services/quotas/tell-alerts';
import { askGate } from '../lib/server/services/quotas/ask-gate';
import { MergedAsks } from '../lib/server/services/quotas/merged-asks';
import { sendRefusals } from '../lib/server/services/quotas/send-refusals';
import { sendingLayers } from '../lib/server/services/quotas/sending-layers';
import { toldDenials } from '../lib/server/services/decisions/told-denials';
import { startHousekeeping } from '../lib/server/services/installation/housekeeping';
import { startErasing } from '../lib/server/services/log/upkeep/erase-due';
import { startCheckpointFile } from '../lib/server/services/log/upkeep/tell-file';
import { collectorAddress } from './collector-address';
import { startSyslog } from '../lib/server/services/log/syslog/stream-log';
import { startWebhook } from '../lib/server/services/log/upkeep/tell-webhook';
import { startMailing } from '../lib/server/services/mail/send-due';
import { startWebhookDelivery } from '../lib/server/services/webhook/deliver';
import { noteMigration } from '../lib/server/services/installation/note-migration';
import { openConsole } from '../lib/server/services/installation/open-console';
import type { Fences } from '../lib/server/services/write-path/deps';
import { openSetup } from '../lib/server/services/sign-in/setup-owner';
import { startSequencer } from '../lib/server/services/log/sequencer/sequencer';
import { startGateway, type GatewayOptions } from '../../ws-server/gateway';
import { allEndpoints } from './endpoints';
import { probes } from './probes';

export type RunningConsole = {
  origin: string;
  port: number;
  /** The link that opens the setup; null when there is an owner. */
  setupLink: string | null;
  stop(): Promise<void>;
};

export type ConsoleOptions = {
  env: Env;
  logger: ReturnType<typeof makeLogger>;
  /** Where the migrations are. */
  migrations: string;
  pages: PageHandler;
  /** Something that cannot be lived with happened. */
  onFatal: (error: Error) => void;
  hearsAuthority?: GatewayOptions['hearsAuthority'];
  /** Which fences of hard scope stand: all, but for tests. */
  fences?: Fences | undefined;
};

/**
 * Starts everything one process does: the database when none is given, migrations, pages, tRPC, `/sync`, sequencer.
 * What was started is stopped again when a later step fails.
 */
export async function startConsole(options: ConsoleOptions): Promise<RunningConsole> {
  const { env, logger, onFatal } = options;
  const stops: (() => Promise<unknown>)[] = [];
  let stopping = false;
  const stop = async () => {
    stopping = true;
    for (const step of stops.reverse())
      await step().catch((error: unknown) => logger.warn({ err: error }, 'stop'));
  };
  try {
    let url = env.DATABASE_URL;
    if (url === undefined) {
      const embedded = await startEmbeddedPostgres({
        dataDir: resolve(env.DATA_DIR),
        log: (line) => logger.info({ from: 'postgres' }, line),
        onFatal
      });
      stops.push(() => embedded.stop());
      url = embedded.url;
    }
    const structure = await migrateDatabase(url, options.migrations);
    const keyring = await openKeyring({
      file: join(resolve(env.DATA_DIR), 'keys', 'encryption.keys'),
      ...(env.ENCRYPTION_KEYS === undefined ? {} : { env: env.ENCRYPTION_KEYS })
    });
    const logKeys = await openLogKeys({
      file: join(resolve(env.DATA_DIR), 'keys', 'log.key'),
      ...(env.LOG_SIGNING_KEYS === undefined ? {} : { env: env.LOG_SIGNING_KEYS })
    });
    const { deps, handle, installation } = await openConsole({
      url,
      pool: env.DATABASE_POOL,
      name: 'rolecall app',
      catalogueFile: env.CATALOGUE_FILE,
      keyring,
      logKeys,
      origin: env.ORIGIN,
      mailPorts: env.MAIL_PORTS,
      webhookLoopback: env.WEBHOOK_LOOPBACK === 'allow',
      log: logger,
      fences: options.fences
    });
    stops.push(() => handle.close());
    await noteMigration(deps, structure);

    const { logOrigin } = installation;
    const witnesses = [
      ...(env.LOG_CHECKPOINTS === 'none'
        ? []
        : [startCheckpointFile(deps, env.LOG_CHECKPOINTS ?? defaultCheckpoints(env), logOrigin)]),
      ...(env.LOG_WEBHOOK_URL === undefined
        ? []
        : [startWebhook(deps, { url: env.LOG_WEBHOOK_URL, secret: env.LOG_WEBHOOK_SECRET ?? '' }, logOrigin)])
    ];
    const collector = await collectorAddress(env);
    const syslog = collector === null ? null : startSyslog(deps, collector);
    if (syslog) witnesses.push(syslog);
    stops.push(() => Promise.all(witnesses.map((witness) => witness.stop())));
    const sequencer = await startSequencer(deps, handle, {
      logOrigin,
      keys: logKeys,
      onSigned: () => witnesses.forEach((witness) => witness.kick())
    });
    stops.push(() => sequencer.stop());
    const housekeeping = startHousekeeping(deps);
    stops.push(() => housekeeping.stop());
    const erasing = startErasing(deps);
    stops.push(() => erasing.stop());
    const alerts = startAlerts(deps);
    stops.push(() => alerts.stop());
    const posting = startWebhookDelivery(deps, {
      allowLoopback: env.WEBHOOK_LOOPBACK === 'allow',
      ownOrigin: deps.origin
    });
    stops.push(() => posting.stop());
    const mailing = startMailing(deps);
    stops.push(() => mailing.stop());
    const gateway =
      env.SYNC === 'inside'
        ? await startGateway({
            deps,
            handle,
            origin: env.ORIGIN,
            trustedProxies: env.TRUSTED_PROXIES,
            epoch: installation.epoch,
            hearsAuthority: options.hearsAuthority
          })
        : null;

    const hears = options.hearsAuthority;
    const authority = await startAuthorityView(deps, handle, { hears });
    stops.push(() => authority.stop());
    const uses = lastUses(deps);
    stops.push(() => uses.stop());
    const denials = toldDenials(deps);
    stops.push(() => denials.stop());
    const gate = askGate(env.DATABASE_POOL);
    const desk = new MergedAsks(deps.db, gate);
    const layers = sendingLayers(deps);
    stops.push(() => layers.stop());
    const refusals = sendRefusals(deps);
    stops.push(() => refusals.stop());
    const counts = { uses, limits: new ProgramLimits() };
    const endpoints = allEndpoints({
      deps,
      view: authority,
      ...counts,
      layers,
      refusals,
      gate,
      desk,
      denials,
      env
    });
    const programs = programEndpoints({ deps, view: authority, endpoints, ...counts });
    const exports = exportRoute(deps);
    const server = createOuterServer({
      env,
      deps,
      authority,
      counts,
      pages: options.pages,
      exports,
      programs,
      probes: probes({ handle, gateway, sequencer, syslog, isStopping: () => stopping })
    });
    server.on('upgrade', (request, socket, head) => {
      if (gateway?.upgrade(request, socket, head)) return;
      if (server.listenerCount('upgrade') === 1) socket.destroy();
    });
    server.listen(env.PORT, env.HOST);
    await once(server, 'listening');
    const port = (server.address() as AddressInfo).port;
    stops.push(async () => {
      const closed = once(server, 'close');
      server.close();
      await gateway?.stop();
      programs.stop();
      await exports.stop();
      server.closeIdleConnections();
      setTimeout(() => server.closeAllConnections(), 3000).unref();
      await closed;
    });

    if (env.POLICY_LISTEN) {
      const policy = await startPolicyService({
        ...{ deps, layers, refusals, gate, desk, log: logger },
        ...{ address: env.POLICY_LISTEN, token: env.POLICY_TOKEN }
      });
      stops.push(() => policy.stop());
    }

    const token = await openSetup(deps, env.SETUP_TOKEN);
    const setupLink = token === null ? null : `${env.ORIGIN}/setup?token=${token}`;
    return { origin: env.ORIGIN, port, setupLink, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function defaultCheckpoints(env: Env): string {
  return join(resolve(env.DATA_DIR), 'log', 'checkpoints.log');
}
