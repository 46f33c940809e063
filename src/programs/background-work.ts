import { join, resolve } from 'node:path';
import type { Env } from '../lib/server/env';
import { startAlerts } from '../lib/server/services/quotas/send-alerts';
import { startHousekeeping } from '../lib/server/services/installation/housekeeping';
import { startErasing } from '../lib/server/services/log/upkeep/erase-due';
import { startCheckpointFile } from '../lib/server/services/log/upkeep/witness-file';
import { startSyslog, type SyslogStream } from '../lib/server/services/log/syslog/stream-log';
import { startWebhook } from '../lib/server/services/log/upkeep/witness-webhook';
import { startMailing } from '../lib/server/services/mail/send-due';
import { startWebhookDelivery } from '../lib/server/services/webhook/deliver';
import type { ChangeListener } from '../lib/server/services/log/sequencer/change-listener';
import { startSequencer, type Sequencer } from '../lib/server/services/log/sequencer/sequencer';
import { collectorAddress } from './collector-address';
import type { OpenedDatabase } from './open-database';
import type { OnStop } from './stops';

/**
 * Starts what a process does without being asked: it numbers and signs the log and tells it, mails, posts and tidies
 * up.
 * @param onChange told what it writes into documents
 */
export async function startBackgroundWork(
  env: Env,
  { deps, handle, installation: { logOrigin }, logKeys }: OpenedDatabase,
  onStop: OnStop,
  onChange: ChangeListener
): Promise<{ sequencer: Sequencer; syslog: SyslogStream | null }> {
  const collector = await collectorAddress(env);
  const syslog = collector === null ? null : startSyslog(deps, collector);
  const { LOG_CHECKPOINTS: file, LOG_WEBHOOK_URL: url, LOG_WEBHOOK_SECRET: secret = '' } = env;
  const witnesses = [
    ...(file === 'none' ? [] : [startCheckpointFile(deps, file ?? checkpointFile(env), logOrigin)]),
    ...(url === undefined ? [] : [startWebhook(deps, { url, secret }, logOrigin)]),
    ...(syslog ? [syslog] : [])
  ];
  onStop(() => Promise.all(witnesses.map((witness) => witness.stop())));
  const sequencer = await startSequencer(deps, handle, {
    logOrigin,
    keys: logKeys,
    onSigned: () => witnesses.forEach((witness) => witness.kick()),
    onChange
  });
  onStop(() => sequencer.stop());
  const delivery = { allowLoopback: env.WEBHOOK_LOOPBACK === 'allow', ownOrigin: deps.origin };
  const keep = (work: { stop(): Promise<unknown> }) => onStop(() => work.stop());
  keep(startHousekeeping(deps));
  keep(startErasing(deps));
  keep(startAlerts(deps));
  keep(startWebhookDelivery(deps, delivery));
  keep(startMailing(deps));
  return { sequencer, syslog };
}

function checkpointFile(env: Env): string {
  return join(resolve(env.DATA_DIR), 'log', 'checkpoints.log');
}
