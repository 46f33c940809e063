import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestConsole, type TestConsole, type TestPerson } from '../support/console';
import { fetchExport, linesOf } from '../support/exported-log';
import { openState, signed, type StateProbe } from '../support/state';

// The log on the command line, as people run it: `npm run …` on a real database, and on an export of it.

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
const KEYS = `00000001:${Buffer.alloc(32, 7).toString('base64')}`;

let app: TestConsole;
let state: StateProbe;
let priya: TestPerson;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rolecall-commands-'));
  app = await startTestConsole();
  state = openState(app.databaseUrl);
  priya = await app.person('Priya Nair', 'support');
  await app.anonymous().refused('auth.signIn', { email: priya.email, password: 'not what it is at all' });
  await signed(state);
});
afterAll(async () => {
  await state.close();
  await app.stop();
  await rm(folder, { recursive: true, force: true });
});

type Ran = { code: number | null; out: string; err: string };

/** Programs that `npm run` starts: for the many ways to ask for them wrongly. */
const PROGRAMS = { admin: 'build/server/admin.js', 'log:verify': 'verifier/main.mjs' } as const;

function npm(script: keyof typeof PROGRAMS, args: string[]): Promise<Ran> {
  return run('npm', ['run', '--silent', script, '--', ...args]);
}

function program(
  script: keyof typeof PROGRAMS,
  args: string[],
  env: Record<string, string> = {}
): Promise<Ran> {
  return run(process.execPath, [PROGRAMS[script], ...args], env);
}

async function run(command: string, args: string[], env: Record<string, string> = {}): Promise<Ran> {
  const child = spawn(command, args, {
    cwd: PROJECT,
    env: {
      ...{ PATH: process.env['PATH'], HOME: process.env['HOME'], DATABASE_URL: app.databaseUrl },
      ...{ DATA_DIR: folder, ENCRYPTION_KEYS: KEYS, ORIGIN: app.origin },
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
const admin = (...args: string[]) => npm('admin', args);
const verify = (...args: string[]) => npm('log:verify', args);

async function written(name: string, lines: readonly string[]): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, lines.join(''));
  return path;
}

describe('[LOG-6] npm run log:verify', () => {
  test('0: an intact log, in the database and in an export', async () => {
    const ran = await verify();
    expect([ran.code, ran.err]).toEqual([0, '']);
    expect(ran.out).toMatch(
      /^Log rolecall\/\S+\n\d+ entries, \d+ checkpoints, signed up to \d+ by rolecall\//
    );
    expect(ran.out).toMatch(/\nINTACT\n$/);
    const lines = linesOf((await fetchExport(app.owner, { format: 'jsonl' })).text);
    const file = await written('log.jsonl', lines);
    const { vkeys } = JSON.parse(lines[0]!) as { vkeys: string[] };
    const again = await verify('--file', file, '--key', vkeys[0]!);
    expect([again.code, again.out.split('\n').at(-2)]).toEqual([0, 'INTACT']);
  });

  test('1: a changed one, with the first entry that is wrong', async () => {
    const lines = linesOf((await fetchExport(app.owner, { format: 'jsonl' })).text);
    const at = lines.findIndex((line) => line.includes('administrator.created'));
    const { seq } = JSON.parse(lines[at]!) as { seq: number };
    const changed = lines.map((line, each) =>
      each === at ? line.replace('Priya Nair', 'Priya Nayr') : line
    );
    const ran = await verify('--file', await written('changed.jsonl', changed));
    expect([ran.code, ran.err]).toEqual([1, '']);
    expect(ran.out).toContain(`V2 entry ${seq}: the body is not the one that was hashed`);
    expect(ran.out).toContain(`TAMPERED: the first bad entry is ${seq}`);
  });

  const old = 'example.invalid/log\n3\nAAAA\n\n— example.invalid/log AAAA\n';
  test.each<[string, string[], RegExp]>([
    ['an option that there is not', ['--dance'], /Unknown option '--dance'/],
    ['a file that there is not', ['--file', '/no/such/file'], /\/no\/such\/file: ENOENT/],
    ['a file that is no export', ['--file', join(PROJECT, 'package.json')], /line 1 is not JSON/],
    [
      'both a file and a database',
      ['--file', 'x', '--database-url', 'y'],
      /give a database or a file, not both/
    ],
    [
      'a database that there is not',
      ['--database-url', 'postgres://x:secret@127.0.0.1:1/x'],
      /cannot be read: /
    ],
    ['a key that is none', ['--key', 'mine'], /--key: this is no key/],
    ['a note that is none', ['--note', old], /the older note is no checkpoint/]
  ])('2: %s, in one line and without what is secret', async (_, args, said) => {
    const ran = await program('log:verify', args);
    expect([ran.code, ran.out]).toEqual([2, '']);
    expect(ran.err).toMatch(/^UNREADABLE: [^\n]+\n$/);
    expect(ran.err).toMatch(said);
    expect(ran.err).not.toContain('secret');
  });
});

describe('npm run admin', () => {
  test('[LOG-7] erase-log-person erases, says how much, and the log verifies', async () => {
    const { id } = priya;
    const [before] = await state.sql<
      { n: number }[]
    >`select count(*)::int as n from audit.pii p join audit.entry e using (n)
      where ${id} in (e.doc->'actor'->>'id', e.doc->'target'->>'id')`;
    expect(before!.n).toBeGreaterThan(2);
    const ran = await admin('erase-log-person', priya.email.toUpperCase());
    expect([ran.code, ran.err]).toEqual([0, '']);
    expect(ran.out).toMatch(
      /The personal data of Priya Nair were erased from \d+ entries of the log\. Backups and exports still hold them\.\n$/
    );
    // The failed try with their address is no entry of theirs.
    expect(Number(/from (\d+)/.exec(ran.out)?.[1])).toBeGreaterThanOrEqual(before!.n);
    const [after] = await state.sql<{ n: number; all: string }[]>`
      select count(*) filter (where ${id} = e.doc->'actor'->>'id' or (${id} = e.doc->'target'->>'id' and e.doc->>'action' <> 'audit.erase'))::int as n,
        string_agg(convert_from(p.doc, 'UTF8'), ' ') as all from audit.pii p join audit.entry e using (n)`;
    expect(after!.n).toBe(0);
    expect(after!.all).not.toContain(priya.email);
    await signed(state);
    const verdict = await verify();
    expect(verdict.out).toMatch(/Of \d+ entries the personal data were erased/);
    expect(verdict.code).toBe(0);
    // By the id that the log names, too; what is left is the entry about the first erasure.
    const again = await admin('erase-log-person', id);
    expect([again.code, again.out]).toEqual([0, expect.stringContaining('erased from 1 entry of')]);
  });

  test('restored begins another epoch and ends every session', async () => {
    const epoch = async () =>
      (await state.sql<{ epoch: string }[]>`select epoch from installation`)[0]!.epoch;
    const before = await epoch();
    const ran = await admin('restored');
    expect([ran.code, ran.err]).toEqual([0, '']);
    expect(ran.out).toMatch(
      /Another epoch has begun, [1-9]\d* sessions were ended\. Restart every process of the console\.\n$/
    );
    expect(await epoch()).not.toBe(before);
    expect(await app.owner.refused('me.get')).toEqual({ code: 'auth/signed-out' });
    expect(await state.entries('audit.restored')).toBe(1);
  });

  test.each<[string, string[], number, RegExp]>([
    ['nobody to erase', ['erase-log-person'], 2, /erase-log-person <email or id>/],
    ['two to erase', ['erase-log-person', 'a@x.example', 'b@x.example'], 2, /Exit codes:/],
    [
      'somebody unknown',
      ['erase-log-person', 'nobody@northwind.example'],
      1,
      /^No account has the address nobody@northwind\.example\./
    ],
    ['restored with something to it', ['restored', 'yesterday'], 2, /Exit codes:/]
  ])('npm run admin says what is wrong: %s', async (_, args, code, said) => {
    const entries = await state.entries();
    const ran = await program('admin', args);
    expect([ran.code, ran.out]).toEqual([code, '']);
    expect(ran.err).toMatch(said);
    expect(await state.entries()).toBe(entries);
  });

  test.each<[string, Record<string, string>, RegExp]>([
    [
      'a database that does not answer',
      { DATABASE_URL: 'postgres://x:secret@127.0.0.1:1/x' },
      /The database cannot be used: /
    ],
    ['no key', { ENCRYPTION_KEYS: '' }, /^\S/]
  ])('says what is wrong: %s', async (_, env, said) => {
    const ran = await program('admin', ['restored'], env);
    expect([ran.code, ran.out]).toEqual([1, '']);
    expect(ran.err).toMatch(said);
    expect(ran.err).not.toContain('secret');
    expect(ran.err).not.toMatch(/\n +at /);
  });
});
