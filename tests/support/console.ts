import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import pino from 'pino';
import { readEnv } from '../../src/lib/server/env';
import type { PageHandler } from '../../src/lib/server/api/http/outer-server';
import type { Fences } from '../../src/lib/server/services/write-path/deps';
import { startConsole } from '../../src/programs/wiring';
import { pageHandler } from '../../src/programs/page-handler';
import { ApiClient } from './api-client';
import { createMigratedDatabase, MIGRATIONS } from './postgres';
import { codeOf } from './totp';

export const SETUP_TOKEN = 'setup-token-of-the-tests';
/** Password of everybody after their first time. */
export const PASSWORD = 'a long enough sentence for tests';
/** Password that their creator chose for them. */
export const INITIAL_PASSWORD = 'an initial sentence for the newcomer';
const KEYS = `00000001:${Buffer.alloc(32, 7).toString('base64')}`;
/** The key that signs the log. */
export const LOG_KEYS = Buffer.alloc(32, 8).toString('base64');
/** SvelteKit's handler as it was built. */
export const HANDLER = new URL('../../build/web/handler.js', import.meta.url);

export type TestPerson = {
  id: string;
  email: string;
  client: ApiClient;
  /** Secret of the second factor, where the role asks for one. */
  totpSecret: string | null;
  recoveryCodes: string[];
};

export type TestConsole = {
  origin: string;
  port: number;
  databaseUrl: string;
  /** The owner, signed in. */
  owner: ApiClient;
  ownerId: string;
  /** Lines that the program logged, parsed. */
  logged: Record<string, unknown>[];
  /** Somebody without a session. */
  anonymous(): ApiClient;
  /** Creates an administrator with a role, signs them in for the first time, and does what is asked of them then. */
  person(name: string, roleId: string): Promise<TestPerson>;
  /** The process is gone, its database stays. */
  pause(): Promise<void>;
  /** The process is back, with the same pages or those of another build. */
  resume(pages?: PageHandler): Promise<void>;
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
};

export type TestConsoleOptions = {
  /** An existing database, for a second process on it; else a new one is made and dropped. */
  databaseUrl?: string;
  env?: Record<string, string>;
  /** Port at which an earlier one listened, to be found again by its browsers. */
  port?: number;
  /** True for one without an owner. */
  bare?: boolean;
  /** True if a notification about authority reaches this process's sockets. */
  hearsAuthority?: () => boolean;
  /** Another build of the pages; else the one in build/web. */
  pages?: PageHandler;
  /** Fences of hard scope that stand; else both. */
  fences?: Fences;
};

/** The real console on a database of its own: pages, tRPC and /sync through the real HTTP server. */
export async function startTestConsole(options: TestConsoleOptions = {}): Promise<TestConsole> {
  const database = options.databaseUrl === undefined ? await createMigratedDatabase() : null;
  const databaseUrl = options.databaseUrl ?? database!.url;
  const port = options.port ?? (await freePort());
  const origin = `http://localhost:${port}`;
  const logged: Record<string, unknown>[] = [];
  const logger = pino({ level: 'info' }, { write: (line: string) => void logged.push(JSON.parse(line)) });
  let pages = options.pages ?? (await pageHandler(HANDLER));
  const start = () =>
    startConsole({
      env: readEnv({
        PORT: String(port),
        HOST: '127.0.0.1',
        DATABASE_URL: databaseUrl,
        SETUP_TOKEN,
        DATABASE_POOL: '6',
        ENCRYPTION_KEYS: KEYS,
        LOG_SIGNING_KEYS: LOG_KEYS,
        LOG_CHECKPOINTS: 'none',
        // The mail server of a test listens wherever there is room.
        MAIL_PORTS: 'any',
        // Tests ask quicker than people do; request-limits.test.ts has the limits of a real one.
        REQUESTS_PER_SESSION: '100000',
        REQUESTS_PER_ADDRESS: '100000',
        ...options.env
      }),
      logger,
      migrations: MIGRATIONS,
      pages,
      hearsAuthority: options.hearsAuthority,
      fences: options.fences,
      onFatal: (error) => {
        throw error;
      }
    });
  let running = await start();
  const owner = new ApiClient(origin);
  let ownerId = '';
  if (!options.bare && options.databaseUrl === undefined) {
    const created = await owner.call<{ id: string }>('setup.createOwner', {
      token: SETUP_TOKEN,
      name: 'Maya Lindqvist',
      email: 'maya@northwind.example',
      password: PASSWORD
    });
    ownerId = created.id;
  }
  const stop = async () => {
    await running.stop();
    await database?.drop();
  };
  return {
    origin,
    port,
    databaseUrl,
    owner,
    ownerId,
    logged,
    anonymous: () => new ApiClient(origin),
    async person(name, roleId) {
      const email = `${name.toLowerCase().replace(/[^a-z0-9]+/g, '.')}@northwind.example`;
      const { id } = await owner.call<{ id: string }>('administrators.create', {
        name,
        email,
        roleId,
        password: INITIAL_PASSWORD
      });
      const client = new ApiClient(origin);
      return { id, email, client, ...(await firstSignIn(client, email)) };
    },
    async pause() {
      await running.stop();
    },
    async resume(next = pages) {
      pages = next;
      running = await start();
    },
    stop,
    [Symbol.asyncDispose]: stop
  };
}

/** Environment that another process of the same installation is started with. */
export function secretsOf({ databaseUrl }: Pick<TestConsole, 'databaseUrl'>): Record<string, string> {
  return {
    DATABASE_URL: databaseUrl,
    DATABASE_POOL: '6',
    ENCRYPTION_KEYS: KEYS,
    LOG_SIGNING_KEYS: LOG_KEYS,
    LOG_CHECKPOINTS: 'none'
  };
}

/**
 * Signs somebody in for the first time: changes the initial password and enrols a second factor where one is asked for.
 */
export async function firstSignIn(
  client: ApiClient,
  email: string,
  initial = INITIAL_PASSWORD
): Promise<{ totpSecret: string | null; recoveryCodes: string[] }> {
  await client.call('auth.signIn', { email, password: initial });
  const { next } = await client.call<{ next: string }>('auth.changePassword', { password: PASSWORD });
  return next === 'enrol-2fa' ? enrol(client) : { totpSecret: null, recoveryCodes: [] };
}

/** Turns somebody's second factor on. */
export async function enrol(client: ApiClient): Promise<{ totpSecret: string; recoveryCodes: string[] }> {
  const { secret } = await client.call<{ secret: string }>('auth.beginTotp');
  const { recoveryCodes } = await client.call<{ recoveryCodes: string[] }>('auth.confirmTotp', {
    code: await codeOf(secret)
  });
  return { totpSecret: secret, recoveryCodes };
}

/**
 * Ports of tests: below those that most systems give to connections and to whoever asks for any, and some for each
 * worker. What is listened on a while after it was chosen, or again after a pause, is nobody else's meanwhile.
 */
const LOWEST_PORT = 11_000;
const PORTS_OF_WORKER = 5000;
const WORKERS = 4;
let lastPort = randomInt(PORTS_OF_WORKER);

/** A port that nobody listens on, and that this worker gave to nobody else lately. */
export async function freePort(): Promise<number> {
  const worker = Number(process.env['VITEST_POOL_ID'] ?? 0) % WORKERS;
  for (let tries = 0; tries < PORTS_OF_WORKER; tries++) {
    lastPort = (lastPort + 1) % PORTS_OF_WORKER;
    const port = LOWEST_PORT + worker * PORTS_OF_WORKER + lastPort;
    if (await isFree(port)) return port;
  }
  throw new Error('no port is free');
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
