import { randomUUID } from 'node:crypto';
import { ScureBase32Plugin } from 'otplib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ApiClient } from '../support/api-client';
import {
  enrol,
  LOG_KEYS,
  PASSWORD,
  SETUP_TOKEN,
  startTestConsole,
  type TestConsole
} from '../support/console';
import { openRaw, STEP_1 } from '../support/raw-socket';
import { until } from '../support/replica';
import { forgetStep } from '../support/second-factor';
import { openState, type StateProbe } from '../support/state';
import { tablesOf } from '../support/tables';
import { codeOf } from '../support/totp';

// Every kind of secret, each of them different from all others, goes through the program; then all that the program
// keeps and says is searched for each of them, in every spelling.

const base32 = new ScureBase32Plugin();

let app: TestConsole;
let state: StateProbe;
/** Secret → what it is. */
const secrets = new Map<string, string>();
/** Bytes that are a secret in whatever spelling. */
const seeds: { what: string; bytes: Uint8Array }[] = [];

beforeAll(async () => {
  app = await startTestConsole();
  state = openState(app.databaseUrl);
});
afterAll(async () => {
  await state.close();
  await app.stop();
});

let made = 0;
/** A password that is nowhere else. */
function password(what: string): string {
  const value = `canary ${(made += 1)} ${randomUUID()} sings`;
  secrets.set(value, what);
  return value;
}

/** Notes the cookies that somebody has now. */
function keep(client: ApiClient): void {
  const [, secret] = client.cookie.split('=')[1]?.split('.') ?? [];
  if (secret) note(secret, 'session cookie');
  const device = client.device.split('=')[1];
  if (device) note(device, 'device cookie');
}

/** Notes a secret that is base64url, or base32, of bytes. */
function note(secret: string, what: string): void {
  secrets.set(secret, what);
  if (/^[\w-]{43}$/.test(secret)) seeds.push({ what, bytes: Buffer.from(secret, 'base64url') });
}

/** All spellings of a secret that a dump could hold. */
function spellings(bytes: Uint8Array): string[] {
  const buffer = Buffer.from(bytes);
  const base64 = buffer.toString('base64').replace(/=+$/, '');
  const base64url = buffer.toString('base64url');
  return [buffer.toString('hex'), base64, base64url, encodeURIComponent(base64)];
}

/** The whole database: every row as text, and every column of bytes as the text and the base64 of what it holds. */
async function dump(): Promise<string> {
  const parts: string[] = [];
  for (const { schema, name } of await tablesOf(state.sql)) {
    const rows = await state.sql<
      { row: string }[]
    >`select t::text as row from ${state.sql(schema)}.${state.sql(name)} t`;
    parts.push(...rows.map(({ row }) => row));
    const columns = await state.sql<
      { name: string }[]
    >`select column_name as name from information_schema.columns
      where table_schema = ${schema} and table_name = ${name} and data_type = 'bytea'`;
    for (const column of columns) {
      const values = await state.sql<{ bytes: Buffer | null }[]>`
        select ${state.sql(column.name)} as bytes from ${state.sql(schema)}.${state.sql(name)}`;
      for (const { bytes } of values)
        if (bytes) parts.push(bytes.toString('latin1'), bytes.toString('utf8'), bytes.toString('base64'));
    }
  }
  return parts.join('\n');
}

/** Everything that people do with secrets, right and wrong. */
async function live(): Promise<{ told: string[] }> {
  const told: string[] = [];
  /** Calls what is not meant to show a secret, and keeps the answer of the program. */
  const say = async (client: ApiClient, path: string, input?: object) => {
    const { body } = await client.try(path, input);
    told.push(body);
    keep(client);
  };
  secrets.set(SETUP_TOKEN, 'setup token');
  secrets.set(PASSWORD, 'password of the owner');
  seeds.push({ what: 'key that signs the log', bytes: Buffer.from(LOG_KEYS, 'base64') });
  await say(app.owner, 'log.checkpoint', {});
  keep(app.owner);

  // An initial password, a password, a second factor, recovery codes.
  const initial = password('initial password');
  const own = password('password');
  const { id } = await app.owner.call<{ id: string }>('administrators.create', {
    name: 'Cara Canary',
    email: 'cara@northwind.example',
    roleId: 'admin',
    password: initial
  });
  const cara = app.anonymous();
  await say(cara, 'auth.signIn', { email: 'cara@northwind.example', password: password('wrong password') });
  await say(cara, 'auth.signIn', { email: 'cara@northwind.example', password: initial });
  await say(cara, 'auth.changePassword', { password: 'short' });
  await say(cara, 'auth.changePassword', { password: initial });
  await say(cara, 'auth.changePassword', { password: own });
  const factor = await enrol(cara);
  keep(cara);
  secrets.set(factor.totpSecret, 'seed in base32');
  seeds.push({ what: 'seed', bytes: base32.decode(factor.totpSecret) });
  for (const code of factor.recoveryCodes) {
    secrets.set(code, 'recovery code');
    secrets.set(code.replaceAll('-', ''), 'recovery code without dashes');
  }
  // A seed that was shown and never confirmed.
  const pending = await cara.call<{ secret: string; uri: string }>('auth.beginTotp');
  secrets.set(pending.secret, 'unconfirmed seed');
  seeds.push({ what: 'unconfirmed seed', bytes: base32.decode(pending.secret) });
  await say(cara, 'auth.confirmTotp', { code: '000000' });

  await forgetStep(state, id);
  const second = app.anonymous();
  await say(second, 'auth.signIn', { email: 'cara@northwind.example', password: own });
  await say(second, 'auth.totp', { code: '999999' });
  await say(second, 'auth.totp', { code: factor.recoveryCodes[0] });
  await say(second, 'auth.reauthenticate', { password: password('wrong proof'), code: '111111' });
  await say(second, 'auth.reauthenticate', { password: own, code: await codeOf(factor.totpSecret) });
  const renewed = await second.call<{ recoveryCodes: string[] }>('auth.renewRecoveryCodes');
  for (const code of renewed.recoveryCodes) secrets.set(code, 'renewed recovery code');
  const changed = password('changed password');
  await say(second, 'auth.changePassword', {
    password: changed,
    current: password('wrong present password')
  });
  await say(second, 'auth.changePassword', { password: changed, current: own });
  await say(second, 'me.get');
  await say(second, 'me.sessions');

  // Invitations: used, replaced, guessed, imported.
  const invite = async () => {
    const email = `invited${(made += 1)}@northwind.example`;
    const person = await app.owner.call<{ id: string; link: string }>('administrators.create', {
      name: 'Invited',
      email,
      roleId: 'support'
    });
    const token = person.link.split('#')[1]!;
    note(token.split('.')[1]!, 'invitation');
    return { ...person, token, email };
  };
  const used = await invite();
  const guest = app.anonymous();
  await say(guest, 'auth.readInvitation', { token: used.token });
  await say(guest, 'auth.acceptInvitation', { token: used.token, password: 'short' });
  await say(guest, 'auth.acceptInvitation', {
    token: used.token,
    password: password('password by invitation')
  });
  await say(guest, 'auth.acceptInvitation', { token: used.token, password: password('password too late') });
  const replaced = await invite();
  const reset = await app.owner.call<{ link: string }>('administrators.resetPassword', { id: replaced.id });
  note(reset.link.split('#')[1]!.split('.')[1]!, 'invitation by reset');
  await say(app.anonymous(), 'auth.readInvitation', { token: replaced.token });
  await say(app.owner, 'administrators.resetPassword', {
    id: replaced.id,
    password: password('initial password by reset')
  });
  const { results } = await app.owner.call<{ results: { link: string }[] }>('administrators.import', {
    rows: [{ line: 2, name: 'Imported', email: 'imported@northwind.example' }]
  });
  note(results[0]!.link.split('#')[1]!.split('.')[1]!, 'imported invitation');

  // Secrets where they do not belong: in the fields, cookies and addresses of calls that are refused.
  const stray = password('password in the field for the address');
  await say(app.anonymous(), 'auth.signIn', {
    email: 'cara@northwind.example',
    password: stray,
    passwort: stray
  });
  await say(app.owner, 'administrators.create', {
    name: 'X',
    email: 'not an address',
    roleId: 'admin',
    password: password('refused password')
  });
  await say(app.anonymous(), 'setup.createOwner', {
    token: password('wrong setup token'),
    name: 'N',
    email: 'n@northwind.example',
    password: password('password at a closed setup')
  });
  const forged = app.anonymous();
  forged.cookie = `__Host-rolecall=${app.owner.cookie.split('=')[1]!.split('.')[0]!}.${Buffer.alloc(32, 9).toString('base64url')}`;
  note(Buffer.alloc(32, 9).toString('base64url'), 'forged cookie');
  await say(forged, 'me.get');

  // The password of a mail server, where this installation has settings.
  const mail = password('mail password');
  await say(app.owner, 'settings.update', {
    seen: 0,
    mail: {
      host: 'localhost',
      port: 2525,
      security: 'none',
      user: 'rolecall',
      from: 'rolecall@northwind.example',
      password: mail
    }
  });

  for (const name of ['people', 'applications', 'feed', 'roles']) {
    using socket = await openRaw(app.owner, name);
    socket.send(STEP_1);
    await state.settled();
    await until(() => socket.frames.length > 0, `what ${name} says`);
    told.push(...socket.frames.map((frame) => Buffer.from(frame).toString('latin1')));
  }
  await say(app.owner, 'log.list', { limit: 200 });
  await say(app.owner, 'administrators.list', { limit: 200 });
  await say(app.owner, 'administrators.get', { id });
  await say(app.owner, 'administrators.sessions', { id });
  await say(second, 'auth.signOut');
  await state.settled();
  return { told };
}

test('[L-05][S-10] no secret is in the database, in an answer, in a document or in the program’s log', async () => {
  const { told } = await live();
  const places = {
    database: await dump(),
    log: app.logged.map((line) => JSON.stringify(line)).join('\n'),
    answers: told.join('\n')
  };
  expect(secrets.size).toBeGreaterThan(50);
  const found: string[] = [];
  const look = (needle: string, what: string) => {
    for (const [place, text] of Object.entries(places))
      if (text.includes(needle)) found.push(`${what} in the ${place}`);
  };
  for (const [secret, what] of secrets) {
    look(secret, what);
    look(JSON.stringify(secret).slice(1, -1), `${what}, escaped`);
    for (const spelling of spellings(Buffer.from(secret))) look(spelling, `${what}, encoded`);
  }
  for (const { what, bytes } of seeds) {
    look(Buffer.from(bytes).toString('latin1'), `${what}, raw`);
    for (const spelling of spellings(bytes)) look(spelling, `${what}, its bytes`);
  }
  expect([...new Set(found)]).toEqual([]);
});

test('the search finds what is there', async () => {
  const planted = 'a planted canary, in bytes';
  await state.audited(
    (tx) =>
      tx`update sessions set user_agent = 'a planted canary, in text' where administrator_id = ${app.ownerId}`
  );
  await state.sql`insert into setup_tokens (hash, expires_at) values (${Buffer.from(planted)}, now())`;
  const text = await dump();
  expect(text).toContain('a planted canary, in text');
  expect(text).toContain(planted);
  expect(text).toContain(Buffer.from(planted).toString('base64'));
  expect(text).toContain(Buffer.from(planted).toString('hex'));
});
