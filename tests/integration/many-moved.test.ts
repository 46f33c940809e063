import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packagesMap, usersMap } from '../../src/lib/documents/list-docs';
import { grantedOf, wrongAnswers, type Asked } from '../support/asks-beside-changes';
import { plantApplication } from '../support/applications';
import { startTestConsole, type TestConsole } from '../support/console';
import { askEndpoint } from '../support/program';
import { openReplica, until } from '../support/replica';
import { openState, type StateProbe } from '../support/state';
import { plantPackage, plantUsers } from '../support/users';

// [TEN-2] [ROL-8] A package or a role that thousands have is deleted in one step, in which all of them get the other.

const MANY = 2500;
const AT_ONCE = 2;

let app: TestConsole;
let second: TestConsole;
let state: StateProbe;
let key: string;

beforeAll(async () => {
  app = await startTestConsole();
  second = await startTestConsole({ databaseUrl: app.databaseUrl });
  state = openState(app.databaseUrl);
  const { id: roleId } = await app.owner.call<{ id: string }>('roles.create', {
    ...{ name: 'Sending', permissions: ['quotas.ledger.consume'] }
  });
  ({ key } = await plantApplication(state, { roleId, perMinute: 1_000_000 }));
});
afterAll(async () => {
  await state.close();
  await second.stop();
  await app.stop();
});

async function ask(origin: string, who: string): Promise<Asked> {
  const body = { subject: { type: 'user', id: who }, units: 1, key: randomUUID() };
  const from = performance.now();
  const answer = await askEndpoint(origin, '/caps/v1/consume', { key, body });
  expect(answer.status, answer.text).toBe(200);
  return { who, ...(answer.body as { granted: boolean }), from, until: performance.now() };
}

const entriesOf = async (action: string, about: string) =>
  (
    await state.sql<
      { n: number }[]
    >`select count(*)::int as n from audit.entry where doc->>'action' = ${action}
      and (doc->'target'->>'id' = ${about} or doc->'change'->0->>'old' = ${about})`
  )[0]!.n;

describe('[TEN-2] a package that thousands have', () => {
  test('is deleted in one step: all of them have the other, an entry each, and no ask is answered by neither', async () => {
    const [from, to] = [await plantPackage(state), await plantPackage(state, { caps: { daily: 1 } })];
    const users = await plantUsers(state, MANY, from.id);
    using list = openReplica(app.owner, 'users');
    using packages = openReplica(app.owner, 'packages');
    await list.synced();
    await packages.synced();
    for (const { origin } of [app, second])
      await until(
        async () => (await askEndpoint(origin, '/caps/v1/consume', { key, body: {} })).status !== 401,
        'key'
      );
    // With one sent each, the other package leaves nothing.
    const senders = [users.at(0)!, users.at(1250)!, users.at(-1)!];
    const asked: Asked[] = [];
    for (const who of senders) asked.push(await ask(app.origin, who));
    let isOver = false;
    let next = 0;
    const sending = Array.from({ length: AT_ONCE }, async (_, at) => {
      for (; !isOver; await sleep(5))
        asked.push(await ask([app, second][at % 2]!.origin, senders[next++ % senders.length]!));
    });
    const op = randomUUID();
    const begun = performance.now();
    const deleted = app.owner.call('packages.delete', { op, id: from.id, replaceWith: to.id });
    const answer = await deleted.finally(() => (isOver = true));
    const ended = performance.now();
    expect(answer).toEqual({ moved: MANY });
    await Promise.all(sending);
    for (const who of senders) asked.push(await ask(second.origin, who));

    const change = { bars: true, from: begun, until: ended };
    expect(wrongAnswers(asked, [change], () => true)).toEqual([]);
    const counted = await state.sql<{ account: string; used: number }[]>`
      select account, day_used::int as used from ledger_accounts where account like 'user:%'`;
    const used = new Map(counted.map(({ account, used: units }) => [account.slice('user:'.length), units]));
    expect(used).toEqual(grantedOf(asked));

    const left = await state.sql`select from users where package_id = ${from.id}`;
    expect(left).toHaveLength(0);
    expect(await entriesOf('package.deleted', from.id)).toBe(1);
    expect(await entriesOf('user.updated', from.id)).toBe(MANY);
    const has = (id: string) => usersMap(list.doc).get(id)?.packageId;
    await until(() => users.every((id) => has(id) === to.id), 60_000, 'the list shows it');
    expect(packagesMap(packages.doc).has(from.id)).toBe(false);
    expect(packagesMap(packages.doc).get(to.id)?.users).toBe(MANY);
    // The same operation once more, of whoever had no answer.
    expect(await app.owner.call('packages.delete', { op, id: from.id, replaceWith: to.id })).toEqual(answer);
    expect(await entriesOf('user.updated', from.id)).toBe(MANY);
  });
});

test('[ROL-8] a role that thousands have is deleted in one step, and each of them is told', async () => {
  const role = async (name: string) => (await app.owner.call<{ id: string }>('roles.create', { name })).id;
  const [from, to] = [await role('Clerks'), await role('Desk')];
  await state.audited(
    (tx) => tx`insert into administrators (id, name, email, email_key, password_hash, role_id, caps)
      select gen_random_uuid(), 'Clerk ' || n, 'clerk' || n || '@northwind.example', 'clerk' || n || '@northwind.example', 'none', ${from},
        '{"hourly":"inherit","daily":"inherit","monthly":"inherit","threads":"inherit"}' from generate_series(1, ${MANY}::int) n`,
    [`holders:${from}`]
  );
  expect(await app.owner.call('roles.delete', { id: from, reassignTo: to })).toEqual({
    ...{ reassigned: MANY, needNewLink: 0 }
  });
  expect(await state.sql`select from administrators where role_id = ${to}`).toHaveLength(MANY);
  expect(await entriesOf('administrator.role_changed', from)).toBe(MANY);
  expect(await state.sql`select from notices where kind = 'role-changed'`).toHaveLength(MANY);
});
