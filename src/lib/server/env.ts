import { isIP } from 'node:net';
import { z } from 'zod';

const number = (least: number, most: number) => {
  const message = `must be a whole number from ${least} to ${most}`;
  return z.coerce.number(message).int(message).min(least, message).max(most, message);
};

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]', '::1']);

const networks = () =>
  z
    .string()
    .default('')
    .transform((value) =>
      value
        .split(',')
        .map((part) => part.trim())
        .filter(Boolean)
    )
    .refine(
      (list) => list.every(isNetwork),
      'must be addresses or networks such as 10.0.0.0/8, separated by commas'
    );

const EnvSchema = z.object({
  PORT: number(0, 65_535).default(3000),
  HOST: z.string().min(1).default('127.0.0.1'),
  ORIGIN: z
    .url({ protocol: /^https?$/, error: 'must be an address such as https://rolecall.example.com' })
    .transform((value) => new URL(value))
    .refine(
      ({ protocol, hostname }) => protocol === 'https:' || LOOPBACK.has(hostname),
      'http is for this machine alone (localhost): anything beyond it needs https'
    )
    .refine(
      ({ pathname, search, hash }) => pathname === '/' && search === '' && hash === '',
      'is the address of the whole site: a path, such as /rolecall, cannot be part of it'
    )
    .transform((url) => url.origin)
    .optional(),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'must start with postgres://')
    .optional(),
  DATA_DIR: z.string().min(1).default('./data'),
  SETUP_TOKEN: z.string().min(16, 'must have at least 16 characters').optional(),
  TRUSTED_PROXIES: networks(),
  /**
   * Proxies that ask at `/authz/forward` before they let a request through, and what they prove themselves with;
   * without both that endpoint is closed.
   */
  FORWARD_AUTH_PROXIES: networks(),
  FORWARD_AUTH_SECRET: z.string().min(16, 'must have at least 16 characters').optional(),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  /** Place where `/sync` is served: by this process, or by separate ws-server processes behind the same origin. */
  SYNC: z.enum(['inside', 'outside']).default('inside'),
  /**
   * Keys for what is sealed in the database, in place of the file in DATA_DIR/keys: for several machines on one
   * database.
   */
  ENCRYPTION_KEYS: z.string().min(1).optional(),
  /** Keys that sign the log, in place of the file in DATA_DIR/keys. */
  LOG_SIGNING_KEYS: z.string().min(1).optional(),
  /** File to which every checkpoint of the log is appended; `none`: no file. */
  LOG_CHECKPOINTS: z.string().min(1).optional(),
  /** Webhook told of new checkpoints: its address, and the secret that signs what is sent to it. */
  LOG_WEBHOOK_URL: z
    .url({ protocol: /^https?$/, error: 'must be an address such as https://witness.example.com/rolecall' })
    .refine(
      (value) => value.startsWith('https:') || LOOPBACK.has(new URL(value).hostname),
      'http is for this machine alone (localhost): anything beyond it needs https'
    )
    .optional(),
  LOG_WEBHOOK_SECRET: z
    .string()
    .regex(/^whsec_[A-Za-z0-9+/]{32,}={0,2}$/, 'must be whsec_ and at least 24 bytes in base64')
    .optional(),
  /**
   * Collector sent every entry of the log as it is written (RFC 5424), and the CA that vouches for that collector
   * over TLS.
   */
  SYSLOG_URL: z
    .string()
    .refine(isCollector, 'must be tls://host:port, or tcp://host:port')
    .refine(
      (value) => value.startsWith('tls:') || LOOPBACK.has(new URL(value).hostname),
      'tcp is for this machine alone (localhost): anything beyond it needs tls'
    )
    .optional(),
  SYSLOG_CA: z.string().min(1).optional(),
  /** Ports that mail may go to besides 25, 465, 587 and 2525, separated by commas; `any`: all of them. */
  MAIL_PORTS: z
    .string()
    .regex(/^(any|\d{1,5}(\s*,\s*\d{1,5})*)$/, 'must be ports such as 1025,10025, or any')
    .transform((value) => (value === 'any' ? value : new Set(value.split(',').map(Number))))
    .optional(),
  /** `allow` lets cap alerts be posted to this machine itself, over http too. */
  WEBHOOK_LOOPBACK: z.enum(['refuse', 'allow'], 'must be refuse or allow').default('refuse'),
  /** Another catalogue than the one that ships; every process of an installation must have the same. */
  CATALOGUE_FILE: z.string().min(1).optional(),
  /** Token a monitoring system sends to read `/metrics`; without it they can be read from this machine alone. */
  METRICS_TOKEN: z.string().min(16, 'must have at least 16 characters').optional(),
  /** Address where Postfix asks whether mail may be sent: `127.0.0.1:10040`, or `unix:/path`. */
  POLICY_LISTEN: z
    .string()
    .regex(/^(unix:\/.+|(\[[0-9A-Fa-f:.]+\]|[^:/\s]+):\d{1,5})$/, 'must be host:port, or unix:/path')
    .transform(policyAddress)
    .optional(),
  /** Token Postfix must send in `policy_context`. */
  POLICY_TOKEN: z
    .string()
    .regex(
      /^[\x21-\x2b\x2d-\x7a\x7c\x7e]{16,}$/,
      'must have at least 16 characters, no spaces, commas and braces'
    )
    .optional(),
  /** Connections to Postgres of this process. */
  DATABASE_POOL: number(2, 100).default(10),
  /** Calls per second of one session, and of one address; three and four seconds' worth at once (SECURITY H-08). */
  REQUESTS_PER_SESSION: number(1, 1_000_000).default(20),
  REQUESTS_PER_ADDRESS: number(1, 1_000_000).default(50)
});

export type Env = Omit<z.infer<typeof EnvSchema>, 'ORIGIN'> & { ORIGIN: string };

/** A setting that stops the start: its message is one clear line. */
export class EnvError extends Error {
  override name = 'EnvError';
}

/**
 * Reads the settings of a process. An empty variable counts as unset.
 * @throws EnvError naming the first variable that cannot be used.
 */
export function readEnv(source: Record<string, string | undefined>): Env {
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ''));
  const parsed = EnvSchema.safeParse(given);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw new EnvError(`${issue.path.join('.')}: ${issue.message}`);
  }
  const env = parsed.data;
  if (env.LOG_WEBHOOK_URL !== undefined && env.LOG_WEBHOOK_SECRET === undefined)
    throw new EnvError('LOG_WEBHOOK_SECRET: is needed with LOG_WEBHOOK_URL');
  if (env.SYSLOG_CA !== undefined && !env.SYSLOG_URL?.startsWith('tls:'))
    throw new EnvError('SYSLOG_CA: is of use with SYSLOG_URL=tls://… alone');
  if ((env.FORWARD_AUTH_SECRET !== undefined) !== env.FORWARD_AUTH_PROXIES.length > 0)
    throw new EnvError('FORWARD_AUTH_SECRET: and FORWARD_AUTH_PROXIES are of use together alone');
  if (env.POLICY_LISTEN && 'host' in env.POLICY_LISTEN && env.POLICY_TOKEN === undefined)
    if (!LOOPBACK.has(env.POLICY_LISTEN.host) && !env.POLICY_LISTEN.host.startsWith('127.'))
      throw new EnvError('POLICY_TOKEN: is needed where POLICY_LISTEN is beyond this machine');
  const origin = env.ORIGIN ?? `http://localhost:${env.PORT}`;
  return { ...env, ORIGIN: origin };
}

function policyAddress(text: string): { host: string; port: number } | { path: string } {
  if (text.startsWith('unix:')) return { path: text.slice('unix:'.length) };
  const at = text.lastIndexOf(':');
  return { host: text.slice(0, at).replace(/^\[|\]$/g, ''), port: Number(text.slice(at + 1)) };
}

/** An address of a collector: scheme, host and maybe a port, nothing else. */
function isCollector(text: string): boolean {
  if (!/^(tcp|tls):\/\/[^/?#@\s]+$/.test(text) || !URL.canParse(text)) return false;
  const { hostname, port } = new URL(text);
  return hostname !== '' && port !== '0';
}

function isNetwork(text: string): boolean {
  const [address = '', prefix, ...rest] = text.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 6 ? 128 : 32));
}
