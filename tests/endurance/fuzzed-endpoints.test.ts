import { once } from 'node:events';
import { Agent, request, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { appProcess, type App } from '../faults/app-process';
import { seeded } from '../faults/random';
import { plantApplication, type Planted } from '../support/applications';
import { freePort, secretsOf, startTestConsole, type TestConsole } from '../support/console';
import { fuzzedFacts, mutate, SEED } from '../support/fuzz';
import { until } from '../support/replica';
import { openState, type StateProbe } from '../support/state';
import { trials, TRIALS_TIMEOUT } from '../support/trials';

// [ACC-6] [DEC-1] [DEC-4] Whatever is sent to the endpoints for programs: the program goes on, nothing is granted,
// nothing is held up.

const REQUESTS = trials(3000, 100_000);
const SECRET = 'the secret of the only proxy';
/** Longest that one request may hold up all others, in milliseconds of work. */
const LONGEST_MS = trials(250, 50);

let app: TestConsole;
/** The program on the same database, as a process of its own that is watched. */
let watched: App;
let state: StateProbe;
let planted: Planted;
beforeAll(async () => {
  process.stdout.write(`FUZZ_SEED=${SEED}\n`);
  app = await startTestConsole();
  state = openState(app.databaseUrl);
  await app.owner.call('routes.create', { path: '/', takes: 'people.roles.view' });
  const permissions = ['tools.decisions.evaluate', 'tools.decisions.search', 'tools.decisions.snapshot'];
  const role = await app.owner.call<{ id: string }>('roles.create', { name: 'Askers', permissions });
  planted = await plantApplication(state, { roleId: role.id, perMinute: 1_000_000 });
  watched = appProcess(await freePort(), {
    ...secretsOf(app),
    FORWARD_AUTH_SECRET: SECRET,
    FORWARD_AUTH_PROXIES: '127.0.0.1,::1',
    NODE_OPTIONS: `--import ${new URL('../support/event-loop-watch.mjs', import.meta.url).href}`
  });
  await watched.start();
});
afterAll(async () => {
  await watched.stop();
  await state.close();
  await app.stop();
});

const QUESTION = JSON.stringify({
  subject: { type: 'administrator', id: 'nobody@northwind.example' },
  action: { name: 'delete' },
  resource: { type: 'audience.contact_lists', id: '1', properties: { owner: 'x' } }
});
const BODIES = [
  QUESTION,
  JSON.stringify({
    ...JSON.parse(QUESTION),
    evaluations: Array(40).fill({ resource: { type: 'x', id: '' } })
  }),
  JSON.stringify({ subject: { type: 'administrator' }, page: { limit: 1, token: 'x' } }),
  '{"subject":{"__proto__":{"type":"administrator"}}}',
  JSON.stringify({ subject: { type: 'administrator', id: 'x' }, units: 1, key: 'x', ttlSeconds: 1 }),
  JSON.stringify({ key: 'rck_live_000000000000_00000000000000000000000000000000000000' }),
  `${'['.repeat(2000)}${']'.repeat(2000)}`
];
const PATHS = [
  ...[
    '/access/v1/evaluation',
    '/access/v1/evaluations',
    '/access/v1/search/subject',
    '/access/v1/search/action'
  ],
  ...[
    '/access/v1/search/resource',
    '/access/v1/snapshot',
    '/.well-known/authzen-configuration',
    '/authz/forward'
  ],
  ...[
    '/caps/v1/consume',
    '/caps/v1/reserve',
    '/caps/v1/commit',
    '/caps/v1/peek',
    '/caps/v1/leases',
    '/access/v1/x'
  ]
];
const HEADERS = {
  'X-Rolecall-Proxy': SECRET,
  'X-Forwarded-Method': 'DELETE',
  'X-Forwarded-Uri': '/lists/1',
  'X-Forwarded-Host': 'app.example.com',
  'X-Forwarded-For': '203.0.113.7',
  'Rolecall-At-Least': '1',
  'X-Request-ID': 'abc',
  'If-None-Match': '"1"'
};

/**
 * Longest time the program was held up since it was asked the last time, in milliseconds.
 * @param times how often it was asked
 */
async function heldUp(times: number): Promise<number> {
  process.kill(watched.pid()!, 'SIGUSR2');
  const said = () =>
    [...watched.output().matchAll(/event loop held up: ([\d.]+) ms/g)].map(([, ms]) => Number(ms));
  await until(() => Promise.resolve(said().length === times), watched.output());
  return said().at(-1)!;
}

test(
  `${REQUESTS} mutated bodies, headers and keys: no answer of 500, nobody is told yes, nothing is held up`,
  async () => {
    const random = seeded(SEED + 3);
    const before = await fuzzedFacts(state.sql);
    const agent = new Agent({ keepAlive: true, maxSockets: 12 });
    const text = (value: string) => {
      const mutated = Buffer.from(mutate(random, [Buffer.from(value)]));
      return mutated
        .toString('latin1')
        .replace(/[^\t\x20-\x7e\x80-\xff]/g, '')
        .slice(0, 4000);
    };
    const sometimes = (share: number, value: string) => (random.chance(share) ? text(value) : value);
    const statuses = new Map<number, number>();
    const granted: string[] = [];
    const ask = async () => {
      const path = random.chance(0.95)
        ? random.pick(PATHS)
        : encodeURI(`/access/${text('v1/evaluation')}`.toWellFormed());
      const isForward = path === '/authz/forward';
      // A whole key asks at the other endpoints alone: it holds what is theirs, and its answers are about nobody.
      const isWhole = random.chance(0.4) && !isForward && !path.startsWith('/caps');
      const key = isWhole ? planted.key : text(planted.key);
      const body = sometimes(0.8, random.pick(BODIES));
      const method =
        isForward || /snapshot|configuration/.test(path) ? 'GET' : random.pick(['POST', 'POST', 'PUT']);
      const headers = Object.entries(HEADERS).flatMap(([name, value]) =>
        random.chance(isForward ? 0.9 : 0.2) ? [[name, sometimes(0.3, value)] as const] : []
      );
      const asked = request(`${watched.origin}${path}`, {
        agent,
        method,
        headers: {
          ...Object.fromEntries(headers),
          authorization: sometimes(0.2, `Bearer ${key}`),
          'content-type': sometimes(0.1, 'application/json')
        }
      });
      asked.end(method === 'GET' ? undefined : Buffer.from(body, 'latin1'));
      const [response] = (await once(asked, 'response')) as [IncomingMessage];
      let said = '';
      response.setEncoding('latin1').on('data', (chunk: string) => (said += chunk));
      await once(response, 'end');
      const status = response.statusCode!;
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      if (/"decision":true|"granted":true/.test(said) || (isForward && status < 300))
        granted.push(`${path} ${key} ${body.slice(0, 300)} ${said.slice(0, 200)}`);
    };
    // Starting is work of another kind.
    for (let n = 0; n < 300; n++) await ask();
    expect(await heldUp(1)).toBeGreaterThan(0);
    let left = REQUESTS;
    const worker = async () => {
      while (left-- > 0) await ask();
    };
    await Promise.all(Array.from({ length: 12 }, worker));
    agent.destroy();
    const held = await heldUp(2);
    process.stdout.write(
      `${REQUESTS} requests: ${JSON.stringify(Object.fromEntries(statuses))}, held up ${held} ms\n`
    );
    expect([...statuses.keys()].filter((status) => status >= 500 && status !== 503)).toEqual([]);
    expect(granted).toEqual([]);
    expect(await fuzzedFacts(state.sql)).toEqual(before);
    expect(held).toBeLessThan(LONGEST_MS);
  },
  TRIALS_TIMEOUT
);
