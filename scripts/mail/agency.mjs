import { fill } from './campaign.mjs';
import { stopWhileSending } from './stops.mjs';

/** Daily cap of each package, in recipients. */
const PACKAGES = { Starter: 20, Growth: 40, Scale: 60 };
const CLIENTS = [
  ...['Alder', 'Birch', 'Cedar', 'Dogwood', 'Elm', 'Fir'],
  ...['Ginkgo', 'Hazel', 'Ivy', 'Juniper', 'Kapok', 'Larch']
];
/** Clients that send at the same moment, beside the two that are stopped. */
const AT_ONCE = 4;
const ENOUGH = 100_000;

/**
 * @typedef {{
 *   rolecall: import('./rolecall.mjs').Rolecall, smtpPort: number, out: (email: string) => number,
 *   check: import('./trials.mjs').Check, settled: (isSo: () => Promise<boolean>) => Promise<void>
 * }} Given
 * @typedef {{ id: string, email: string, cap: number, accepted: number, out: number, used: number, held: number }}
 * Client
 */

/**
 * An agency: twelve clients in three packages send through one mail server, one is suspended because it does not pay,
 * and one is closed (TEN-7, TEN-9). Each is stopped at its own cap, and none is charged for another.
 * @param {Given} given
 */
export async function runAgency({ rolecall, smtpPort, out, check, settled }) {
  const { owner } = rolecall;
  const clients = await makeClients(owner);
  const [debtor, leaver, ...others] = clients.slice(2).concat(clients.slice(0, 2));
  if (!debtor || !leaver) throw new Error('there are twelve');
  // Room of their own, so that it is not their package that stops them.
  for (const { id } of [debtor, leaver])
    await owner.call('users.update', { id, seen: Number.MAX_SAFE_INTEGER, caps: { daily: ENOUGH } });
  const waiting = [...others];
  const sending = Array.from({ length: AT_ONCE }, async () => {
    for (let client = waiting.shift(); client; client = waiting.shift())
      await fill(client, { smtpPort, sender: client, cap: client.cap * 2 });
  });
  const stops = [
    { how: 'does not pay', client: debtor, stop: { path: 'users.suspend', reason: 'Unpaid' } },
    { how: 'leaves', client: leaver, stop: { path: 'users.close', reason: 'Leaves' } }
  ];
  await Promise.all([
    ...sending,
    ...stops.map(async ({ how, client, stop: { path, reason } }) => {
      const stop = (/** @type {string} */ id) => owner.call(path, { id, reason });
      const { before, lastMs, late } = await stopWhileSending({ smtpPort, sender: client, stop });
      check(`who ${how} sends nothing after 1 s (the last after ${lastMs} ms)`, before > 2 && late === 0, {
        before,
        late
      });
    })
  ]);
  await settled(async () => {
    for (const client of clients)
      Object.assign(client, { out: out(client.email), ...(await rolecall.counted(client.id)) });
    return clients.every((client) => client.held === 0 && client.used === client.out);
  });
  const wrong = others.filter((client) => client.out !== client.cap || client.accepted !== client.cap);
  check('each of the ten others is stopped at the cap of its package', wrong.length === 0, wrong);
  const miscounted = clients.filter((client) => client.used !== client.out || client.held !== 0);
  check(
    'each of the twelve is charged for what it sent, and for nothing else',
    miscounted.length === 0,
    miscounted
  );
}

/**
 * @param {import('../proxies/console.mjs').Console} owner
 * @returns {Promise<(Client & import('./campaign.mjs').Tally)[]>}
 */
async function makeClients(owner) {
  const permissions = ['quotas.admin_quota.view_usage_own'];
  const role = await owner.call('userRoles.create', { name: 'Client', permissions });
  const packages = [];
  for (const [name, daily] of Object.entries(PACKAGES)) {
    const { id } = await owner.call('packages.create', { name, roleId: role.id, caps: { daily } });
    packages.push({ id, daily });
  }
  const clients = [];
  for (const [at, name] of CLIENTS.entries()) {
    const { id: packageId, daily: cap } = packages[at % packages.length] ?? { id: '', daily: 0 };
    const email = `${name.toLowerCase()}@client.example`;
    const { id } = await owner.call('users.create', { name, email, packageId });
    const tally = { accepted: 0, unknown: 0, refused: new Map(), sent: 0, tookMs: 0 };
    clients.push({ id, email, cap, out: 0, used: 0, held: 0, ...tally });
  }
  return clients;
}
