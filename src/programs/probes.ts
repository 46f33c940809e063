import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { answers, type DatabaseHandle } from '../lib/server/db/driver/client';
import { sequencerLag, type SequencerLag } from '../lib/server/db/log/sequence-table';
import { witnessLag, type WitnessLag } from '../lib/server/db/log/witness-table';
import type { Probe } from '../lib/server/api/http/outer-server';
import type { SyslogStream } from '../lib/server/services/log/syslog/stream-log';
import type { Sequencer } from '../lib/server/services/log/sequencer/sequencer';
import type { DiskWatch } from './disk-space';
import type { Gateway } from '../../ws-server/gateway';

const DATABASE_MS = 500;
/** Numbering or signing is behind by more, or the sequencer has not been heard of for so long. */
const LAG_SECONDS = 10;
/** A collector gets entries within five seconds, and confirms them within as many again. */
const SYSLOG_LAG_SECONDS = 60;

/**
 * `/livez`, `/readyz` and `/metrics`: what those ask who watch over a process. No version, no detail. In one piece: a
 * list of gauges.
 */
export function probes({
  handle,
  gateway,
  sequencer,
  syslog,
  disk,
  isStopping
}: {
  handle: DatabaseHandle;
  gateway: Gateway | null;
  sequencer: Sequencer;
  /** Null without a collector. */
  syslog: SyslogStream | null;
  disk: DiskWatch;
  isStopping: () => boolean;
}): Record<string, Probe> {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  // Which version runs here is nobody's business who may not look into the process.
  registry.removeSingleMetric('nodejs_version_info');
  const gauge = (name: string, help: string, read: () => number | Promise<number>) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      async collect() {
        this.set(await read());
      }
    });
  gauge('rolecall_sockets', 'Open sockets at /sync', () => gateway?.counts().sockets ?? 0);
  gauge('rolecall_documents', 'Documents held for readers', () => gateway?.counts().documents ?? 0);
  gauge(
    'rolecall_socket_buffer_bytes',
    'Bytes waiting for slow readers',
    () => gateway?.counts().buffered ?? 0
  );
  gauge(
    'rolecall_log_waiting',
    'Entries of the log without a number yet',
    async () => (await lag(handle)).waiting
  );
  gauge(
    'rolecall_log_lag_seconds',
    'How long the oldest entry has waited for its number',
    async () => (await lag(handle)).seconds
  );
  gauge(
    'rolecall_log_unsigned_seconds',
    'How long the oldest entry has waited for a checkpoint',
    async () => (await lag(handle)).unsignedSeconds
  );
  gauge(
    'rolecall_sequencer_silent_seconds',
    'How long ago the sequencer last looked for entries',
    () => sequencer.silentFor() / 1000
  );
  gauge(
    'rolecall_disk_free_bytes',
    'Room left on the disk of DATA_DIR; -1: not known',
    () => disk.room?.free ?? -1
  );
  if (syslog) {
    const behind = () => witnessLag(handle.db, syslog.name).catch(() => LOST);
    gauge(
      'rolecall_syslog_waiting',
      'Entries of the log that the collector has not confirmed',
      async () => (await behind()).entries
    );
    gauge(
      'rolecall_syslog_lag_seconds',
      'How long the oldest entry has waited for the collector',
      async () => (await behind()).seconds
    );
  }

  return {
    '/livez': () => Promise.resolve({ ok: true, body: 'ok\n' }),
    '/readyz': async () => {
      const problem = isStopping() ? 'stopping' : await readiness(handle, sequencer);
      // A collector that is away is worth a word, and no reason to send nobody here.
      const note = problem === null && syslog && (await isBehind(handle, syslog)) ? 'syslog behind\n' : '';
      // Nor is a disk that fills up: a process that is sent nobody makes no room.
      const room = disk.nearlyFull ? 'disk nearly full\n' : '';
      return { ok: problem === null, body: `${problem ?? 'ok'}\n${note}${room}` };
    },
    '/metrics': async () => ({ ok: true, body: await registry.metrics(), type: registry.contentType })
  };
}

async function readiness(handle: DatabaseHandle, sequencer: Sequencer): Promise<string | null> {
  const late = new Promise<'late'>((resolve) => setTimeout(() => resolve('late'), DATABASE_MS).unref());
  const answer = answers(handle.db).then(
    () => 'ok' as const,
    () => 'late' as const
  );
  if ((await Promise.race([answer, late])) === 'late') return 'database';
  if (sequencer.silentFor() > LAG_SECONDS * 1000) return 'log';
  const { seconds, unsignedSeconds } = await lag(handle);
  return Math.max(seconds, unsignedSeconds) > LAG_SECONDS ? 'log' : null;
}

async function isBehind(handle: DatabaseHandle, { name }: SyslogStream): Promise<boolean> {
  const { seconds } = await witnessLag(handle.db, name).catch(() => LOST);
  return seconds > SYSLOG_LAG_SECONDS;
}

async function lag(handle: DatabaseHandle): Promise<SequencerLag> {
  return sequencerLag(handle.db).catch(() => UNKNOWN);
}

const UNKNOWN: SequencerLag = { waiting: -1, seconds: Infinity, unsigned: -1, unsignedSeconds: Infinity };
const LOST: WitnessLag = { entries: -1, seconds: Infinity };
