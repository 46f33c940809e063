import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packagesMap, usersMap } from '../../src/lib/documents/list-docs';
import { grantedOf, wrongAnswers, type Asked } from '../support/asks-beside-changes';
import type { TestConsole } from '../support/console';
import { openReplica, until } from '../support/replica';
import { startSending, usedByUsers, type Sending } from '../support/sending';
import type { StateProbe } from '../support/state';
import { plantPackage, plantUsers } from '../support/users';

// [TEN-2] [ROL-8] A package or a role that thousands have is deleted in one step, in which all of them get the other.

const MANY = 2500;

let sending: Sending;
let app: TestConsole;
let second: TestConsole;
let state: StateProbe;

beforeAll(async () => {
  sending = await startSending(1_000_000);
  ({
    apps: [app, second],
    state
  } = sending);
});
afterAll(() => sending.stop());

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
    // With one sent each, the other package leaves nothing.
    const senders = [users.at(0)!, users.at(1250)!, users.at(-1)!];
    const asked: Asked[] = [];
    for (const who of senders) asked.push(await sending.ask(app.origin, who));
    const deletion = { op: randomUUID(), id: from.id, replaceWith: to.id };
    const change = { bars: true, from: performance.now(), until: Infinity };
    const beside = await sending.askWhile(senders, { atOnce: 2, restMs: 5 }, async () => {
      expect(await app.owner.call('packages.delete', deletion)).toEqual({ moved: MANY });
      change.until = performance.now();
    });
    asked.push(...beside);
    for (const who of senders) asked.push(await sending.ask(second.origin, who));

    expect(wrongAnswers(asked, [change], () => true)).toEqual([]);
    expect(await usedByUsers(state)).toEqual(grantedOf(asked));

    const left = await state.sql`select from users where package_id = ${from.id}`;
    expect(left).toHaveLength(0);
    expect(await entriesOf('package.deleted', from.id)).toBe(1);
    expect(await entriesOf('user.updated', from.id)).toBe(MANY);
    const has = (id: string) => usersMap(list.doc).get(id)?.packageId;
    await until(() => users.every((id) => has(id) === to.id), 60_000, 'the list shows it');
    const shown = () => packagesMap(packages.doc);
    await until(() => !shown().has(from.id) && shown().get(to.id)?.users === MANY, 'the packages show it');
    // The same operation once more, of whoever had no answer.
    expect(await app.owner.call('packages.delete', deletion)).toEqual({ moved: MANY });
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
