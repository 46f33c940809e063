import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { answers, type DatabaseHandle } from '../src/lib/server/db/client';
import { sequencerLag } from '../src/lib/server/db/sequence-table';
import type { Probe } from '../src/lib/server/http/outer-server';
import type { Gateway } from '../ws-server/gateway';

const DATABASE_MS = 500;
const LAG_SECONDS = 10;

/** `/livez`, `/readyz` and `/metrics`: what those ask who watch over a process. No version, no detail. */
export function probes(
  handle: DatabaseHandle,
  gateway: Gateway | null,
  isStopping: () => boolean
): Record<string, Probe> {
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

  return {
    '/livez': () => Promise.resolve({ ok: true, body: 'ok\n' }),
    '/readyz': async () => {
      const problem = isStopping() ? 'stopping' : await readiness(handle);
      return { ok: problem === null, body: `${problem ?? 'ok'}\n` };
    },
    '/metrics': async () => ({ ok: true, body: await registry.metrics(), type: registry.contentType })
  };
}

async function readiness(handle: DatabaseHandle): Promise<string | null> {
  const late = new Promise<'late'>((resolve) => setTimeout(() => resolve('late'), DATABASE_MS).unref());
  const answer = answers(handle.db).then(
    () => 'ok' as const,
    () => 'late' as const
  );
  if ((await Promise.race([answer, late])) === 'late') return 'database';
  return (await lag(handle)).seconds > LAG_SECONDS ? 'log' : null;
}

async function lag(handle: DatabaseHandle): Promise<{ waiting: number; seconds: number }> {
  return sequencerLag(handle.db).catch(() => ({ waiting: -1, seconds: Infinity }));
}
