import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { migrateDatabase } from '../../src/lib/server/db/driver/migrate';
import { startEmbeddedPostgres } from '../../src/lib/server/db/embedded/embedded-postgres';
import { createDatabase } from '../support/postgres';
import { enrol, PASSWORD, startTestConsole, type TestConsole } from '../support/console';
import { openState, type StateProbe } from '../support/state';

const PROGRAM = fileURLToPath(new URL('../../build/server/admin.js', import.meta.url));
const MIGRATIONS = fileURLToPath(new URL('../../drizzle', import.meta.url));
const NEW_PASSWORD = 'another sentence, chosen after the rescue';

let app: TestConsole;
let state: StateProbe;
let dataDir: string;

/** The keys are in a file, as the program finds them. */
const keys = (folder: string) => ({ DATA_DIR: folder, ENCRYPTION_KEYS: '' });

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'rolecall-rescue-'));
  app = await startTestConsole({ env: keys(dataDir) });
  state = openState(app.databaseUrl);
});
afterAll(async () => {
  await state.close();
  await app.stop();
  rmSync(dataDir, { recursive: true, force: true });
});
beforeEach(() => state.forgetTries());

type Ran = { code: number | null; out: string; err: string };

/** Runs the program as a process of its own. */
async function admin(args: string[], env: Record<string, string> = {}): Promise<Ran> {
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    env: {
      PATH: process.env['PATH'],
      DATABASE_URL: app.databaseUrl,
      DATA_DIR: dataDir,
      ORIGIN: app.origin,
      ...env
    },
    stdio: ['ignore', 'pipe', 'pipe']
  });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, out, err };
}

type Entry = {
  actor: object;
  target: { id: string };
  reason: string;
  change: { path: string; new: unknown }[];
};

async function lastRescue(): Promise<Entry> {
  const rows = await state.sql<{ doc: Entry }[]>`
    select doc from audit.entry where doc->>'action' = 'administrator.rescued' order by n desc limit 1`;
  return rows[0]!.doc;
}

describe('npm run admin', () => {
  test('npm run admin explains itself', async () => {
    const help = await admin(['--help']);
    expect([help.code, help.err]).toEqual([0, '']);
    for (const word of ['list', 'reset-password', 'reset-2fa', 'make-super'])
      expect(help.out).toContain(word);
    for (const args of [
      [],
      ['dance'],
      ['reset-password'],
      ['list', 'x'],
      ['make-super', 'a', 'b'],
      ['constructor', 'x']
    ]) {
      const { code, out, err } = await admin(args);
      expect([code, out]).toEqual([2, '']);
      expect(err).toContain('npm run admin');
    }
  });

  test('npm run admin lists who there is', async () => {
    await app.person('Priya Nair', 'support');
    const { code, out, err } = await admin(['list']);
    expect([code, err]).toEqual([0, '']);
    const [head, first, second] = out.trim().split('\n');
    expect(head).toMatch(/^EMAIL +NAME +ROLE +STATUS +2FA$/);
    expect(first).toMatch(
      /^maya@northwind\.example +Maya Lindqvist +Super Administrator \(owner\) +active +2FA off$/
    );
    expect(second).toMatch(/^priya\.nair@northwind\.example +Priya Nair +Support /);
  });

  test('reset-password voids the password, ends the sessions, prints a link that works once', async () => {
    const priya = await app.person('Pia Berg', 'support');
    await state.audited(
      (tx) => tx`update administrators set activation_expires_at = null, ip_allowlist = '["192.0.2.1"]'
        where id = ${priya.id}`
    );
    const ran = await admin(['reset-password', '  PIA.berg@northwind.example ']);
    expect([ran.code, ran.err]).toEqual([0, '']);
    expect(ran.out.trim().split('\n')).toHaveLength(1);
    const link = /(\S+)\/invitation#(\S+)$/.exec(ran.out.trim());
    expect(link?.[1]).toBe(app.origin);
    expect(await priya.client.refused('me.get')).toEqual({ code: 'auth/signed-out' });
    const old = await app.anonymous().try('auth.signIn', { email: priya.email, password: PASSWORD });
    expect(old.refusal?.code).toBe('auth/wrong-credentials');
    const fresh = app.anonymous();
    const token = link![2]!;
    expect(await fresh.call('auth.acceptInvitation', { token, password: NEW_PASSWORD })).toEqual({
      next: 'ready'
    });
    expect(
      (await app.anonymous().refused('auth.acceptInvitation', { token, password: NEW_PASSWORD })).code
    ).toBe('auth/invitation');

    const entry = await lastRescue();
    expect(entry).toMatchObject({
      actor: { type: 'system', id: null, via: 'cli' },
      target: { id: priya.id },
      reason: 'reset-password'
    });
    expect(entry.change).toContainEqual({ path: 'user', old: null, new: userInfo().username });
    expect(entry.change).toContainEqual({ path: 'sessionsEnded', old: null, new: 1 });
    expect(JSON.stringify(entry)).not.toContain(token);
    const { notices } = await app.owner.call<{ notices: { kind: string; data: object }[] }>('me.get');
    expect(notices[0]).toMatchObject({
      kind: 'rescue',
      data: { command: 'reset-password', name: 'Pia Berg', user: userInfo().username }
    });
    const own = await fresh.call<{ notices: { kind: string }[] }>('me.get');
    expect(own.notices.map(({ kind }) => kind)).not.toContain('rescue');
  });

  test('reset-2fa takes the second factor away', async () => {
    const omar = await app.person('Omar Haddad', 'support');
    await state.audited(async (tx) => {
      await tx`update administrators set two_factor = true where id = ${omar.id}`;
      await tx`insert into totp (administrator_id, secret) values (${omar.id}, '\\x00')`;
      await tx`insert into recovery_codes (administrator_id, hash) values (${omar.id}, '\\x00')`;
    });
    const ran = await admin(['reset-2fa', omar.email]);
    expect([ran.code, ran.err]).toEqual([0, '']);
    expect(ran.out).toContain('Omar Haddad no longer has a second factor, 1 session was ended.');
    const [row] = await state.sql`select two_factor,
      (select count(*)::int from totp where administrator_id = a.id) + (select count(*)::int from recovery_codes where administrator_id = a.id) as kept
      from administrators a where id = ${omar.id}`;
    expect(row).toEqual({ two_factor: false, kept: 0 });
    expect((await lastRescue()).reason).toBe('reset-2fa');
    const entries = await state.entries('administrator.rescued');
    const again = await admin(['reset-2fa', omar.email]);
    expect([again.code, again.out]).toEqual([1, '']);
    expect(again.err).toContain('has no second factor');
    expect(await state.entries('administrator.rescued')).toBe(entries);
  });

  test('make-super brings somebody back and moves the role', async () => {
    const vera = await app.person('Vera Costa', 'support');
    await app.owner.call('administrators.delete', { id: vera.id });
    const ran = await admin(['make-super', vera.email]);
    expect([ran.code, ran.err]).toEqual([0, '']);
    const [row] =
      await state.sql`select role_id, status, deleted_at from administrators where id = ${vera.id}`;
    expect(row).toEqual({ role_id: 'super_administrator', status: 'active', deleted_at: null });
    expect((await lastRescue()).change).toEqual(
      expect.arrayContaining([
        { path: 'roleId', old: 'support', new: 'super_administrator' },
        { path: 'status', old: 'deactivated', new: 'active' }
      ])
    );
    await state.settled();
    const roles = await app.owner.call<{ id: string; members: number }[]>('roles.list');
    expect(roles.find(({ id }) => id === 'super_administrator')?.members).toBe(2);
    expect((await admin(['make-super', vera.email])).err).toContain('already');
  });

  test('[ACC-5] the last usable Super Administrator may be rescued; nowhere else may they lose their way in', async () => {
    await using alone = await startTestConsole({ env: keys(dataDir) });
    const other = openState(alone.databaseUrl);
    try {
      const past = alone.owner.try('administrators.resetPassword', { id: alone.ownerId });
      expect((await past).refusal?.code).toBe('access/self');
      const stray = other.audited(
        (tx) => tx`update administrators set password_hash = null where id = ${alone.ownerId}`
      );
      await expect(stray).rejects.toMatchObject({ code: 'RC001' });
      const ran = await admin(['reset-password', 'maya@northwind.example'], {
        DATABASE_URL: alone.databaseUrl,
        ORIGIN: alone.origin
      });
      expect([ran.code, ran.err]).toEqual([0, '']);
      const token = ran.out.trim().split('#')[1];
      const back = alone.anonymous();
      expect(await back.call('auth.acceptInvitation', { token, password: NEW_PASSWORD })).toEqual({
        next: 'ready'
      });
      expect((await back.call<{ owner: boolean }>('me.get')).owner).toBe(true);
    } finally {
      await other.close();
    }
  });

  test('[ACC-5] the way back leads through a new second factor where one is required', async () => {
    await using alone = await startTestConsole({ env: keys(dataDir) });
    await enrol(alone.owner);
    await alone.owner.call('settings.update', { seen: 0, twoFactor: { required: true } });
    const there = { DATABASE_URL: alone.databaseUrl, ORIGIN: alone.origin };
    expect((await admin(['reset-2fa', 'maya@northwind.example'], there)).err).toBe('');
    const ran = await admin(['reset-password', 'maya@northwind.example'], there);
    const token = ran.out.trim().split('#')[1];
    const back = alone.anonymous();
    expect(await back.call('auth.acceptInvitation', { token, password: NEW_PASSWORD })).toEqual({
      next: 'enrol-2fa'
    });
    await enrol(back);
    expect((await back.call<{ owner: boolean }>('me.get')).owner).toBe(true);
  });

  test('nothing is done with the wrong key, nor with none, nor for nobody', async () => {
    const before = await state.rows();
    const wrong = mkdtempSync(join(tmpdir(), 'rolecall-rescue-'));
    try {
      const without = await admin(['reset-password', 'maya@northwind.example'], { DATA_DIR: wrong });
      expect([without.code, without.out]).toEqual([1, '']);
      expect(without.err).toContain('There is no key in');
      expect(existsSync(join(wrong, 'keys'))).toBe(false);
      mkdirSync(join(wrong, 'keys'));
      const file = join(wrong, 'keys', 'encryption.keys');
      writeFileSync(file, `0badc0de:${Buffer.alloc(32, 7).toString('base64')}\n`, { mode: 0o600 });
      const other = await admin(['reset-password', 'maya@northwind.example'], { DATA_DIR: wrong });
      expect([other.code, other.out]).toEqual([1, '']);
      expect(other.err).toContain('is not the one this database was used with');
      expect(other.err).not.toContain(Buffer.alloc(32, 7).toString('base64'));
    } finally {
      rmSync(wrong, { recursive: true, force: true });
    }
    const nobody = await admin(['make-super', 'nobody@northwind.example']);
    expect([nobody.code, nobody.out]).toEqual([1, '']);
    expect(nobody.err).toContain('No account has the address nobody@northwind.example');
    expect(await state.rows()).toBe(before);
  });

  test('a database that is away, empty, or not given is named in one line', async () => {
    await using empty = await createDatabase();
    const unprepared = await admin(['list'], { DATABASE_URL: empty.url });
    expect([unprepared.code, unprepared.err.trim().split('\n').length]).toEqual([1, 1]);
    expect(unprepared.err).toContain('start this version once');
    await migrateDatabase(empty.url, MIGRATIONS);
    expect((await admin(['list'], { DATABASE_URL: empty.url })).err).toContain('holds no installation');
    const away = await admin(['list'], { DATABASE_URL: 'postgres://nobody@127.0.0.1:9/x' });
    expect([away.code, away.err.trim().split('\n').length]).toEqual([1, 1]);
    const none = await admin(['list'], { DATABASE_URL: '' });
    expect(none.err).toContain('There is no database in');
    expect((await admin(['list'], { ORIGIN: 'nonsense' })).err).toContain('ORIGIN');
  });
});

test('works beside a running console with an embedded database, and starts it when none runs', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rolecall-rescue-'));
  chmodSync(folder, 0o755);
  mkdirSync(join(folder, 'keys'));
  copyFileSync(join(dataDir, 'keys', 'encryption.keys'), join(folder, 'keys', 'encryption.keys'));
  chmodSync(join(folder, 'keys', 'encryption.keys'), 0o400);
  const start = () =>
    startEmbeddedPostgres({
      dataDir: folder,
      log: () => undefined,
      onFatal: (error) => {
        throw error;
      }
    });
  const env = { DATABASE_URL: '', DATA_DIR: folder };
  try {
    const database = await start();
    try {
      const console = await startTestConsole({ databaseUrl: database.url, env: keys(folder) });
      await console.owner.call('setup.createOwner', {
        ...{ token: 'setup-token-of-the-tests', name: 'Maya Lindqvist', email: 'maya@northwind.example' },
        password: PASSWORD
      });
      const beside = await admin(['list'], env);
      expect([beside.code, beside.err]).toEqual([0, '']);
      expect(beside.out).toContain('maya@northwind.example');
      expect((await admin(['reset-password', 'maya@northwind.example'], env)).code).toBe(0);
      expect(await console.owner.refused('me.get')).toEqual({ code: 'auth/signed-out' });
      await console.stop();
    } finally {
      await database.stop();
    }
    const without = await admin(['list'], env);
    expect([without.code, without.err]).toEqual([0, '']);
    expect(without.out).toContain('must-change');
    // Nothing of it is left running: the directory is free.
    await (await start()).stop();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
