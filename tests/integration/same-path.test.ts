import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isOpenToUsers } from '../../src/lib/core/users/open-to-users';
import { plantUserKey } from '../support/applications';
import { ApiClient } from '../support/api-client';
import { startTestConsole, type TestConsole } from '../support/console';
import { askedOfAnother, type AskedOfAnother } from '../support/isolation/asked-of-another';
import { ABOUT_ONESELF, ask, likeNobody } from '../support/isolation/matrix';
import { askEndpoint } from '../support/program';
import { openState, type StateProbe } from '../support/state';
import { openStatementTap, type StatementTap } from '../support/statement-tap';
import { OWN_RIGHTS, signedInUsers, type SignedInUser } from '../support/tenant-sign-in';

// [TEN-3] Time tells nothing: what a user asks about another's record takes the very statements, and answers with as
// many rows each, as what it asks about one that never was. Clocks of a busy machine could not show that.

let app: TestConsole;
/** Another process of the same installation, whose database is reached by way of a tap. */
let tapped: TestConsole;
let tap: StatementTap;
let state: StateProbe;
let mine: SignedInUser;
let theirs: { ids: string[]; words: string[] };
let client: ApiClient;

beforeAll(async () => {
  app = await startTestConsole();
  state = openState(app.databaseUrl);
  tap = await openStatementTap(app.databaseUrl);
  tapped = await startTestConsole({ databaseUrl: tap.url });
  const people = signedInUsers(app, state);
  mine = await people.user();
  const other = await people.user();
  const { keyId } = await plantUserKey(state, other.id, [...OWN_RIGHTS]);
  const rows = await state.sql<{ sid: string; role: string; entry: string }[]>`
    select s.sid, p.role_id as role, (select id from audit.entry e where e.doc->'target'->>'id' = ${other.id} limit 1) as entry
    from sessions s, packages p where s.user_id = ${other.id} and p.id = ${other.packageId}`;
  const { sid, role, entry } = rows[0]!;
  theirs = { ids: [other.id, other.packageId, role, sid, entry, keyId], words: [other.name, other.email] };
  client = at(mine.client);
});
afterAll(async () => {
  await state.close();
  await tapped.stop();
  await tap.close();
  await app.stop();
});

/** The same session at the process behind the tap. */
const at = ({ cookie }: ApiClient) => Object.assign(new ApiClient(tapped.origin), { cookie });

/** Number of turns: what the process does by itself meanwhile is not in each of so many. */
const TURNS = 6;

/** Statements that each of some equal turns takes. */
async function taken(turn: () => Promise<unknown>): Promise<Record<string, number>> {
  // What runs for the first time, or is kept in memory for a while, is no part of it.
  await turn();
  let least: Map<string, number> | null = null;
  for (let n = 0; n < TURNS; n++) {
    tap.take();
    await turn();
    const now = tap.take();
    least = new Map(
      [...(least ?? now)].flatMap(([what, times]) => {
        const both = Math.min(times, now.get(what) ?? 0);
        return both > 0 ? [[what, both] as const] : [];
      })
    );
  }
  return Object.fromEntries([...least!].sort(([a], [b]) => a.localeCompare(b)));
}

const calls = () => askedOfAnother().filter(({ procedure }) => !ABOUT_ONESELF.includes(procedure));
const asked = (call: AskedOfAnother, by: ApiClient, of: () => string) =>
  taken(() => ask(by, { ...call, input: call.input(of()) }));

test('what is open to users takes as much for another’s record as for one that never was', async () => {
  const open = calls().filter(({ procedure, fault }) => isOpenToUsers(procedure) && fault !== 'list');
  let compared = 0;
  let inside = 0;
  for (const call of open)
    for (const of of theirs[call.takes]) {
      const [found, never] = [
        await asked(call, client, () => of),
        await asked(call, client, () => likeNobody(of).text)
      ];
      expect(found, `${call.procedure} ${call.fault}`).toEqual(never);
      compared += 1;
      if (JSON.stringify(found).includes('rolecall_tenant')) inside += 1;
    }
  expect(compared).toBeGreaterThan(20);
  // They came as far as the records.
  expect(inside).toBeGreaterThan(10);
});

test('what is staff’s takes nothing at all, whatever it is asked about', async () => {
  const nothing = await taken(() => ask(client, { procedure: 'nowhere.never', isQuery: true, input: {} }));
  const [of] = theirs.ids;
  const closed = new Map(calls().map((call) => [call.procedure, call] as const));
  for (const [procedure, call] of closed)
    if (!isOpenToUsers(procedure)) expect(await asked(call, client, () => of!), procedure).toEqual(nothing);
});

test('so do exports, and what a key asks about somebody', async () => {
  const { id } = await app.owner.call<{ id: string }>('log.export', { format: 'jsonl' });
  const download = (of: () => string) =>
    taken(() => askEndpoint(tapped.origin, `/export/${of()}`, { headers: { cookie: client.cookie } }));
  expect(await download(() => id)).toEqual(await download(randomUUID));
  const { key } = await plantUserKey(state, mine.id, [...OWN_RIGHTS]);
  await expect
    .poll(async () => (await askEndpoint(tapped.origin, '/trpc/own.usage', { key })).status)
    .toBe(200);
  const decision = (of: () => string) =>
    taken(() =>
      askEndpoint(tapped.origin, '/access/v1/evaluation', {
        ...{ key, method: 'POST' },
        body: {
          subject: { type: 'user', id: of() },
          action: { name: 'view_own' },
          resource: { type: 'tools.activity_log' }
        }
      })
    );
  expect(await decision(() => theirs.ids[0]!)).toEqual(await decision(randomUUID));
});

test('the tap is alive: of staff it tells what there is from what there is not', async () => {
  const owner = at(app.owner);
  const get = (id: string) =>
    taken(() => ask(owner, { procedure: 'users.get', isQuery: true, input: { id } }));
  const [found, never] = [await get(mine.id), await get(randomUUID())];
  expect(Object.keys(found).length).toBeGreaterThan(3);
  expect(found).not.toEqual(never);
});
