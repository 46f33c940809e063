import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { importPartText } from '../../src/lib/protocol/import-part';
import type { ApiClient } from '../support/api-client';
import { PASSWORD, startTestConsole, type TestConsole } from '../support/console';
import { sidOf } from '../support/session-cookie';
import { openState, type StateProbe } from '../support/state';

type Row = { line: number; name: string; email: string };
type Results = { results: { refused: unknown; id: string | null }[] };

let app: TestConsole;
let state: StateProbe;
let people = 0;
beforeAll(async () => {
  app = await startTestConsole();
  state = openState(app.databaseUrl);
});
afterAll(async () => {
  await state.close();
  await app.stop();
});

const rows = (): Row[] => {
  const n = ++people;
  return [{ line: 2, name: `Row ${n}`, email: `row${n}@northwind.example` }];
};
const digest = (part: Row[]) => createHash('sha256').update(importPartText(part)).digest('hex');
const age = (client: ApiClient, minutes: number) =>
  state.audited(
    (tx) =>
      tx`update sessions set proved_at = now() - make_interval(mins => ${minutes}) where sid = ${sidOf(client)}`
  );
const OLD = { code: 'auth/reauthenticate' };

/** A session of the owner with an import that it began, whose proof is old by now. */
async function begun(parts: Row[][]): Promise<{ client: ApiClient; op: string }> {
  await state.forgetTries();
  const client = app.anonymous();
  await client.call('auth.signIn', { email: 'maya@northwind.example', password: PASSWORD });
  const op = randomUUID();
  expect(await client.call('administrators.beginImport', { op, parts: parts.map(digest) })).toEqual({
    until: expect.any(String)
  });
  await age(client, 11);
  return { client, op };
}

const added = async (part: Row[]) =>
  (await state.sql`select 1 from administrators where email = ${part[0]!.email}`).length;

describe('[AUT-4] [ADM-11] an import asks once, at its start', () => {
  test('with an old proof it does not begin; begun, it goes on to its end', async () => {
    const parts = [rows(), rows()];
    const { client, op } = await begun(parts);
    for (const part of parts) {
      const { results } = await client.call<Results>('administrators.import', { rows: part, begun: op });
      expect(results).toMatchObject([{ refused: null }]);
      expect(await added(part)).toBe(1);
    }
    expect(await client.refused('administrators.beginImport', { parts: parts.map(digest) })).toEqual(OLD);
    // Nothing else of this session is proved by it.
    expect(
      await client.refused('administrators.create', { name: 'N', email: 'n@x.example', roleId: 'analyst' })
    ).toEqual(OLD);
  });

  test('other rows than it began with, one field changed, a session or a person that is another: it asks', async () => {
    const part = rows();
    const { client, op } = await begun([part]);
    const other = rows();
    expect(await client.refused('administrators.import', { rows: other, begun: op })).toEqual(OLD);
    const changed = [{ ...part[0]!, role: 'super_administrator' }];
    expect(await client.refused('administrators.import', { rows: changed, begun: op })).toEqual(OLD);
    expect(await client.refused('administrators.import', { rows: [...part, ...other], begun: op })).toEqual(
      OLD
    );
    expect(await client.refused('administrators.import', { rows: part })).toEqual(OLD);
    expect(await client.refused('administrators.import', { rows: part, begun: randomUUID() })).toEqual(OLD);

    const second = app.anonymous();
    await second.call('auth.signIn', { email: 'maya@northwind.example', password: PASSWORD });
    await age(second, 11);
    expect(await second.refused('administrators.import', { rows: part, begun: op })).toEqual(OLD);
    const { client: colleague } = await app.person('Other Hand', 'super_administrator');
    await age(colleague, 11);
    expect(await colleague.refused('administrators.import', { rows: part, begun: op })).toEqual(OLD);
    expect(await added(part)).toBe(0);
    expect(await added(other)).toBe(0);
  });

  test('another operation of the same person is no beginning', async () => {
    const { client } = await begun([rows()]);
    await age(client, 0);
    const op = randomUUID();
    await client.call('roles.create', { op, name: 'Not an import' });
    await age(client, 11);
    expect(await client.refused('administrators.import', { rows: rows(), begun: op })).toEqual(OLD);
  });

  test('half an hour later it asks again', async () => {
    const part = rows();
    const { client, op } = await begun([part]);
    await state.audited(
      (
        tx
      ) => tx`update operations set answer = jsonb_set(answer::jsonb, '{answer,until}', '"2020-01-01T00:00:00.000Z"')
      where op = ${op}`
    );
    expect(await client.refused('administrators.import', { rows: part, begun: op })).toEqual(OLD);
    expect(await added(part)).toBe(0);
  });

  test('what its person lost meanwhile is lost at once', async () => {
    const parts = [rows()];
    const { id, client } = await app.person('Loses It', 'admin');
    const op = randomUUID();
    await client.call('administrators.beginImport', { op, parts: parts.map(digest) });
    await app.owner.call('administrators.update', { id, seen: 9, roleId: 'support' });
    expect(await client.refused('administrators.import', { rows: parts[0]!, begun: op })).toMatchObject({
      code: 'access/permission-required'
    });
    expect(await added(parts[0]!)).toBe(0);
  });

  test('a dry run changes nothing and asks for nothing', async () => {
    const part = rows();
    const { client } = await begun([part]);
    const { results } = await client.call<Results>('administrators.import', { rows: part, dryRun: true });
    expect(results).toMatchObject([{ refused: null, id: null }]);
    expect(await added(part)).toBe(0);
  });
});
