import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { INITIAL_PASSWORD, startTestConsole, type TestConsole, type TestPerson } from '../support/console';

type Result = { id: string; refused: { code: string; message?: string } | null; link: string | null };

let app: TestConsole;
let omar: TestPerson;

beforeAll(async () => {
  app = await startTestConsole();
  omar = await app.person('Omar Haddad', 'support');
});
afterAll(() => app.stop());

const add = (name: string, more: object = {}) =>
  app.owner.call<{ id: string; link: string | null }>('administrators.create', {
    name,
    email: `${name.toLowerCase().replaceAll(' ', '.')}@northwind.example`,
    roleId: 'support',
    ...more
  });
const renew = async (ids: string[], op: string = randomUUID()) =>
  (
    await app.owner.call<{ results: Result[] }>('administrators.bulk', {
      op,
      ids,
      action: { kind: 'renewInvitation' }
    })
  ).results;
const opens = async (link: string | null) =>
  (await app.anonymous().try('auth.readInvitation', { token: link!.split('#')[1] })).status === 200;

test('[ADM-7] [ADM-10] invitations are renewed in one step, and nobody who has a password loses it', async () => {
  const ann = await add('Ann Away');
  const ben = await add('Ben Busy');
  const initial = await add('Ina Initial', { password: INITIAL_PASSWORD });
  const op = randomUUID();
  const results = await renew([ann.id, ben.id, initial.id, omar.id], op);
  const linkOf = (id: string) => results.find((each) => each.id === id)!.link;
  expect(await opens(linkOf(ann.id))).toBe(true);
  expect(await opens(linkOf(ben.id))).toBe(true);
  expect(await opens(ann.link)).toBe(false);
  for (const { id } of [initial, omar])
    expect(results.find((each) => each.id === id)).toMatchObject({
      link: null,
      refused: { code: 'input/invalid' }
    });
  // Asked for again without an answer: the same links, not others.
  expect(await renew([ann.id, ben.id, initial.id, omar.id], op)).toEqual(results);
  expect((await omar.client.call<{ id: string }>('me.get')).id).toBe(omar.id);
});

test('[ACC-1] takes the permission to reset a password besides that for many people', async () => {
  const { id: roleId } = await app.owner.call<{ id: string }>('roles.create', { name: 'Many hands' });
  const grant = [
    'people.administrators.view',
    'people.administrators.edit',
    'people.administrators.bulk_edit'
  ];
  await app.owner.call('roles.edit', { id: roleId, seen: 1, grant });
  const { client } = await app.person('Mia Many', roleId);
  const cara = await add('Cara Calm');
  const { results } = await client.call<{ results: Result[] }>('administrators.bulk', {
    ids: [cara.id],
    action: { kind: 'renewInvitation' }
  });
  expect(results[0]).toMatchObject({
    link: null,
    refused: { code: 'access/permission-required', permission: 'people.credentials.reset_password' }
  });
  expect(await opens(cara.link)).toBe(true);
});
