import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { ApiClient } from '../../tests/support/api-client';
import { ownUrl } from '../postgres';
import { yWebsocket } from '../wire';
import { startChild, type Child } from './child';
import { nthClick, SEEDED, type Contender } from './contender';
import { freePort } from './peer';

const SETUP_TOKEN = 'setup-token-of-the-bench';
const PASSWORD = 'a long enough sentence for a bench';
const INITIAL_PASSWORD = 'an initial sentence for the readers';
/** Two sessions each: enough for 600 sockets within the limits per session and person. */
const READERS = ['Priya Nair', 'Omar Haddad', 'Ines Costa', 'Jonas Weber', 'Aiko Mori'];
const SOCKETS_PER_SESSION = 60;

/** People and a role in a database, made once; processes come and go. */
export type Installation = {
  databaseUrl: string;
  port: number;
  origin: string;
  owner: ApiClient;
  /** Cookies of the readers' sessions. */
  cookies: string[];
  roleId: string;
  email: string;
  password: string;
};

export type Ours = Contender & { installation: Installation };

/** Starts the built program on a fresh database and creates the people and the role of the bench. */
export async function install(databaseUrl: string, env: Record<string, string> = {}): Promise<Installation> {
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  const owner = new ApiClient(origin);
  const installation: Installation = {
    databaseUrl,
    port,
    origin,
    owner,
    cookies: [],
    roleId: '',
    email: 'maya@northwind.example',
    password: PASSWORD
  };
  const child = await startProgram(installation, env);
  try {
    await owner.call('setup.createOwner', {
      token: SETUP_TOKEN,
      name: 'Maya Lindqvist',
      email: installation.email,
      password: PASSWORD
    });
    for (const name of READERS) {
      const email = `${name.toLowerCase().replace(' ', '.')}@northwind.example`;
      await owner.call('administrators.create', { name, email, roleId: 'admin', password: INITIAL_PASSWORD });
      for (const password of [INITIAL_PASSWORD, PASSWORD]) {
        const reader = new ApiClient(origin);
        await reader.call('auth.signIn', { email, password });
        if (password === INITIAL_PASSWORD) await reader.call('auth.changePassword', { password: PASSWORD });
        installation.cookies.push(reader.cookie);
      }
    }
    const role = await owner.call<{ id: string }>('roles.create', {
      name: 'Bench',
      permissions: SEEDED
    });
    installation.roleId = role.id;
    return installation;
  } finally {
    await child.stop();
  }
}

/** The console itself, in a process of its own on an installation. */
export async function startOurs(
  installation: Installation,
  env: Record<string, string> = {},
  nodeArguments: string[] = []
): Promise<Ours> {
  const { origin, roleId, cookies, owner } = installation;
  const child = await startProgram(installation, env, nodeArguments);
  const click = await clicker(installation);
  return {
    name: 'Rolecall',
    installation,
    child,
    endpoint: (reader) => ({
      url: `${origin.replace('http', 'ws')}/sync/role:${roleId}`,
      headers: { cookie: cookies[Math.floor(reader / SOCKETS_PER_SESSION)] ?? owner.cookie, origin },
      dialect: yWebsocket
    }),
    click,
    stop: () => child.stop()
  };
}

/** Starts the built server. `env` comes over the bench's own settings. */
function startProgram(
  { databaseUrl, port }: Pick<Installation, 'databaseUrl' | 'port'>,
  env: Record<string, string> = {},
  nodeArguments: string[] = []
): Promise<Child> {
  return startChild(
    new URL('../../build/server/serve.js', import.meta.url),
    {
      DATABASE_URL: ownUrl(databaseUrl),
      PORT: String(port),
      SETUP_TOKEN,
      LOG_LEVEL: 'warn',
      ORIGIN: '',
      // What is measured is the server, not its limits.
      REQUESTS_PER_SESSION: '100000',
      REQUESTS_PER_ADDRESS: '100000',
      ...env
    },
    /Rolecall ready/,
    nodeArguments
  );
}

/** The owner's hand on the mouse: each call is one `roles.edit` over HTTP, on a connection that is kept. */
async function clicker({ origin, roleId, owner }: Installation): Promise<() => Promise<number>> {
  const agent = new Agent({ keepAlive: true });
  let { seq: seen } = await owner.call<{ seq: number }>('roles.get', { id: roleId });
  let clicks = seen - 1;
  return async () => {
    const { permission, on } = nthClick(clicks++);
    const body = JSON.stringify({
      op: randomUUID(),
      id: roleId,
      seen,
      [on ? 'grant' : 'revoke']: [permission]
    });
    const text = await post(`${origin}/trpc/roles.edit`, owner.cookie, origin, body, agent);
    const { result } = JSON.parse(text) as { result?: { data: { seq: number; refused: unknown[] } } };
    if (!result || result.data.refused.length > 0) throw new Error(`roles.edit: ${text}`);
    seen = Math.max(seen, result.data.seq);
    return result.data.seq;
  };
}

/** Posts JSON on a connection that is kept; the text of the answer, whatever its status. */
export function post(
  url: string,
  cookie: string,
  origin: string,
  body: string,
  agent: Agent
): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = {
      cookie,
      origin,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body)
    };
    const sent = request(url, { method: 'POST', agent, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve(text));
      response.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
