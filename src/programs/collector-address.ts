import { readFile } from 'node:fs/promises';
import { X509Certificate } from 'node:crypto';
import { EnvError, type Env } from '../lib/server/env';
import type { CollectorAddress } from '../lib/server/services/log/syslog/collector';

/** Default ports: the one registered for syslog over TLS (RFC 5425), and the one collectors listen on for TCP. */
const PORTS = { tls: 6514, tcp: 601 } as const;

/**
 * The collector that the settings name; null without one.
 * @throws EnvError when the certificates beside it cannot be used
 */
export async function collectorAddress(env: Env): Promise<CollectorAddress | null> {
  if (env.SYSLOG_URL === undefined) return null;
  const { protocol, hostname, port } = new URL(env.SYSLOG_URL);
  const secure = protocol === 'tls:';
  return {
    secure,
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? PORTS[secure ? 'tls' : 'tcp'] : Number(port),
    ca: env.SYSLOG_CA === undefined ? undefined : await certificates(env.SYSLOG_CA)
  };
}

async function certificates(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch(() => {
    throw new EnvError(`SYSLOG_CA: the file ${path} cannot be read`);
  });
  try {
    void new X509Certificate(text);
  } catch {
    throw new EnvError(`SYSLOG_CA: the file ${path} holds no certificate in PEM`);
  }
  return text;
}
