import { setTimeout as sleep } from 'node:timers/promises';

/**
 * @typedef {{ method?: string, path?: string, key?: string, headers?: Record<string, string | string[]> }} Given
 * @typedef {{ status: number, headers: import('node:http').IncomingHttpHeaders }} Answer
 * @typedef {{
 *   ask: (given: Given) => Promise<Answer>,
 *   tap: { seen: import('./wire-tap.mjs').Seen[] },
 *   owner: import('./console.mjs').Console,
 *   scene: import('./console.mjs').Scene,
 *   stopRolecall: () => Promise<void>
 * }} Stage
 */

const SCHEDULE = { method: 'POST', path: '/broadcasts/1/schedule' };

/** Ways to write an address that a program behind the proxy might read as /admin, which nobody may reach. */
const TRICKS = [
  ...['/admin', '/admin/', '/admin/x', '/admin?x=/', '/ADMIN', '/Admin/x', '/%61dmin', '/adm%69n/'],
  ...['/x/../admin', '/./admin', '//admin', '/x//../admin', '/x/%2e%2e/admin', '/x/.%2e/admin', '/%2fadmin'],
  ...[
    '/x%2f..%2fadmin',
    '/admin;x=1',
    '/x;/../admin',
    '/;/admin',
    '/admin%3bx',
    '/x\\..\\admin',
    '/x%5c..%5cadmin'
  ],
  ...['/admin%00', '/admin%20', '/admin.', '/admin%2e', '/x#/../admin', '/admin#', '/admin%23', '/admin%3f'],
  ...[
    '/%2561dmin',
    '/x/%252e%252e/admin',
    '/%ef%bd%81dmin',
    '/broadcasts/../admin',
    '/broadcasts/..%2fadmin'
  ],
  ...['http://app.example.com/admin', 'http://elsewhere.example/admin']
];

/**
 * Ways to name a host that nobody may reach.
 * @type {Given[]}
 */
const HOSTS = [
  ...['admin.example.com', 'ADMIN.example.com', 'admin.example.com:80', 'admin.example.com.'].map((host) => ({
    headers: { host }
  })),
  { path: 'http://admin.example.com/' },
  { path: 'http://app.example.com/', headers: { host: 'admin.example.com' } },
  { headers: { 'X-Forwarded-Host': 'admin.example.com' } }
];

/**
 * Headers that a client sends to be taken for the proxy.
 * @type {Record<string, string>[]}
 */
const SPOOFS = [
  { 'X-Forwarded-Method': 'GET' },
  { 'X-Forwarded-Uri': '/' },
  { 'X-Original-Method': 'GET', 'X-Original-URI': '/' },
  { X_Forwarded_Method: 'GET', X_Forwarded_Uri: '/' },
  { 'X.Forwarded.Uri': '/' },
  { 'X-Rolecall-Proxy': 'guessed', 'X-Forwarded-Uri': '/' },
  { 'X-HTTP-Method-Override': 'GET' },
  { 'X-Forwarded-Host': 'elsewhere.example', 'X-Forwarded-Uri': '/' }
];

/**
 * Forged headers that a client sends so that the program behind takes it for somebody.
 * @type {Record<string, string | string[]>[]}
 */
const CLAIMS = [
  { 'X-Rolecall-Subject': 'administrator:1' },
  { 'x-rolecall-subject': ['administrator:1', 'administrator:2'] },
  { X_Rolecall_Subject: 'administrator:1' },
  { 'X-Rolecall_Subject': 'administrator:1' },
  { 'X.Rolecall.Subject': 'administrator:1' },
  { 'X-Rolecall-Decision': 'granted', X_Rolecall_Decision: 'granted' },
  { 'X-Rolecall-Proxy': 'x' }
];

/**
 * Everything that is tried with a proxy, one line each; how many went wrong.
 * @param {string} name
 * @param {Stage} stage
 * In one piece: a list of trials.
 */
export async function trials(name, stage) {
  const { ask, tap, owner, scene } = stage;
  let failed = 0;
  const check = (
    /** @type {string} */ what,
    /** @type {boolean} */ isRight,
    /** @type {unknown} */ found = ''
  ) => {
    if (!isRight) failed += 1;
    console.log(`${name}: ${what}: ${isRight ? 'ok' : `WRONG ${JSON.stringify(found)}`}`);
  };
  /** An answer, and what came through to the program meanwhile. */
  const through = async (/** @type {Given} */ given) => {
    tap.seen.length = 0;
    const answer = await ask(given);
    return { ...answer, seen: [...tap.seen] };
  };
  const headers = { cookie: `address=${encodeURIComponent(owner.email)}` };

  const allowed = await through({ ...SCHEDULE, key: scene.editor.key, headers });
  check(
    'who may is let through to the platform',
    allowed.status === 303 && allowed.seen.length === 1,
    allowed
  );
  const told = allowed.seen[0]?.headers ?? {};
  check(
    'the platform is told who it is',
    told['x-rolecall-subject'] === `application:${scene.editor.id}`,
    told
  );
  check(
    'and never the key',
    told.authorization === undefined && !JSON.stringify(told).includes('rck_'),
    told
  );

  const refused = await through({ ...SCHEDULE, key: scene.reader.key, headers });
  check('who may not is 403', refused.status === 403 && refused.seen.length === 0, refused);
  const out = await through({ ...SCHEDULE, headers });
  const challenge = String(out.headers['www-authenticate'] ?? '');
  check(
    'without a key it is 401',
    out.status === 401 && /^Bearer/.test(challenge) && out.seen.length === 0,
    out
  );
  const wrong = await through({ ...SCHEDULE, key: `${scene.editor.key.slice(0, -1)}_`, headers });
  check('a mistyped key is 401', wrong.status === 401 && wrong.seen.length === 0, wrong);

  await spoofing(check, through, scene);
  await tricks(check, through, scene);
  await revocation(check, stage, headers);

  await stage.stopRolecall();
  const statuses = [];
  for (const key of [scene.editor.key, scene.reader.key, undefined]) {
    const { status, seen } = await through(key ? { key } : {});
    statuses.push(seen.length === 0 && status >= 400 ? status : `let through: ${status}`);
  }
  check(
    `with Rolecall away nobody is let through (${statuses.join(', ')})`,
    statuses.every(Number),
    statuses
  );
  return failed;
}

/** @typedef {(what: string, isRight: boolean, found?: unknown) => void} Check */
/** @typedef {(given: Given) => Promise<Answer & { seen: import('./wire-tap.mjs').Seen[] }>} Through */

/**
 * @param {Check} check
 * @param {Through} through
 * @param {import('./console.mjs').Scene} scene
 */
async function spoofing(check, through, scene) {
  /** @type {unknown[]} */
  const past = [];
  for (const headers of SPOOFS) {
    const answer = await through({ ...SCHEDULE, key: scene.reader.key, headers });
    if (answer.seen.length > 0 || answer.status < 400) past.push({ sent: headers, ...answer });
  }
  check(`${SPOOFS.length} requests that pretend to be another one are refused`, past.length === 0, past);
  /** @type {unknown[]} */
  const believed = [];
  for (const headers of CLAIMS) {
    const { seen } = await through({ path: '/', key: scene.reader.key, headers });
    for (const { headers: got } of seen) {
      const names = Object.keys(got).filter((each) => /^x[-_.]rolecall/.test(each));
      const isTrue =
        names.sort().join() === 'x-rolecall-decision,x-rolecall-subject' &&
        got['x-rolecall-subject'] === `application:${scene.reader.id}` &&
        got['x-rolecall-decision'] === 'signed-in';
      if (!isTrue) believed.push({ headers, got });
    }
  }
  check(`${CLAIMS.length} clients that say who they are are not believed`, believed.length === 0, believed);
}

/**
 * @param {Check} check
 * @param {Through} through
 * @param {import('./console.mjs').Scene} scene
 */
async function tricks(check, through, scene) {
  /** @type {unknown[]} */
  const past = [];
  for (const path of TRICKS) {
    const { status, seen } = await through({ path, key: scene.editor.key });
    // Caddy itself says 200, and nothing, for a name that it has no site for.
    if (seen.length > 0) past.push({ path, status, seen: seen.map(({ url }) => url) });
  }
  check(`${TRICKS.length} ways to write an address lead nowhere`, past.length === 0, past);
  /** @type {unknown[]} */
  const hosts = [];
  for (const given of HOSTS) {
    const { status, seen } = await through({ ...given, key: scene.editor.key });
    if (seen.some(({ headers: { host = '' } }) => /^admin\b/i.test(host)))
      hosts.push({ given, status, seen });
  }
  check(`${HOSTS.length} ways to name another host do not reach it`, hosts.length === 0, hosts);
}

/**
 * @param {Check} check
 * @param {Stage} stage
 * @param {Record<string, string>} headers
 */
async function revocation(check, { ask, owner, scene }, headers) {
  const may = async () => (await ask({ ...SCHEDULE, key: scene.editor.key, headers })).status === 303;
  if (!(await may())) return check('before a revocation it is let through', false);
  await owner.revoke(scene.editors);
  const since = performance.now();
  while ((await may()) && performance.now() - since < 5000) await sleep(5);
  const took = Math.round(performance.now() - since);
  check(`a revoked tick is refused after ${took} ms`, took <= 1000, took);
}
