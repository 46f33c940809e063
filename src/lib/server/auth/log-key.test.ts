import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { formatNote, isSignedBy, parseNote, parseVkey } from '../../core/log/note';
import { GOLDEN_LOG } from '../../../../tests/support/golden-log';
import { openLogKeys, verifyEd25519 } from './log-key';
import { sha256 } from './token';

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'rolecall-log-key-'))));
afterAll(() => rm(folder, { recursive: true, force: true }));

const GOLDEN = Buffer.from(GOLDEN_LOG.seed, 'hex').toString('base64');

test('[LOG-6] the golden seed is known by its golden name, and signs the golden note', async () => {
  const keys = await openLogKeys({ file: '/nowhere', env: GOLDEN });
  expect(keys.vkeys(GOLDEN_LOG.origin)).toEqual([GOLDEN_LOG.vkey]);
  const { text } = parseNote(GOLDEN_LOG.note)!;
  const signature = keys.sign(GOLDEN_LOG.origin, GOLDEN_LOG.vkey, text)!;
  expect(formatNote(text, [signature])).toBe(GOLDEN_LOG.note);
  expect(keys.sign('another', GOLDEN_LOG.vkey, text)).toBeNull();
});

test('[LOG-6] the first start makes a key that others cannot read, the next ones find it', async () => {
  const file = join(folder, 'keys', 'log.key');
  const [first, second] = await Promise.all([openLogKeys({ file }), openLogKeys({ file })]);
  expect(second.vkeys('log')).toEqual(first.vkeys('log'));
  expect((await openLogKeys({ file })).vkeys('log')).toEqual(first.vkeys('log'));
  expect((await stat(file)).mode & 0o777).toBe(0o400);
  const text = 'log\n1\nroot\n';
  const vkey = first.vkeys('log')[0]!;
  const note = parseNote(formatNote(text, [first.sign('log', vkey, text)!]))!;
  expect(await isSignedBy(verifyEd25519, note, (await parseVkey(sha256, vkey))!)).toBe(true);
});

test('a second line is a second key, newest last', async () => {
  const file = join(folder, 'two.key');
  const other = Buffer.alloc(32, 9).toString('base64');
  await writeFile(file, `# comment\n${GOLDEN}\n\n${other}\n`, { mode: 0o600 });
  const keys = await openLogKeys({ file });
  expect(keys.vkeys(GOLDEN_LOG.origin)[0]).toBe(GOLDEN_LOG.vkey);
  expect(keys.vkeys(GOLDEN_LOG.origin)).toHaveLength(2);
  expect(await readFile(file, 'utf8')).toContain('# comment');
});

test.each([
  ['', 'no key'],
  ['# nothing\n', 'no key'],
  [`${GOLDEN}\n${GOLDEN}`, 'line 2: this key is there twice'],
  ['AAEC', 'line 1: must be 32 bytes in base64'],
  [GOLDEN.slice(0, -1), 'line 1: must be 32 bytes in base64']
])('keys that cannot be used stop the start: %j', async (text, message) => {
  const file = join(folder, `bad-${Math.abs(text.length)}-${message.length}.key`);
  await writeFile(file, text, { mode: 0o600 });
  await expect(openLogKeys({ file })).rejects.toThrow(message);
});

test('a file that others may read stops the start', async () => {
  const file = join(folder, 'open.key');
  await writeFile(file, GOLDEN, { mode: 0o644 });
  await expect(openLogKeys({ file })).rejects.toThrow('others may read it');
});
