import { createHmac, randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { KeyringError } from './key-file';
import { SealBroken, openKeyring, type Keyring } from './keyring';

const OLD = `0000000a:${Buffer.alloc(32, 7).toString('base64')}`;
const NEW = `0000000b:${Buffer.alloc(32, 9).toString('base64')}`;
const SEED = Buffer.from('twenty bytes of seed');

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rolecall-keyring-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

/** A keyring of these lines; no file is looked at. */
function keyringOf(...lines: string[]): Promise<Keyring> {
  return openKeyring({ file: join(folder, 'never-made'), env: lines.join('\n') });
}

async function writeKeys(text: string, mode = 0o600): Promise<string> {
  const file = join(folder, 'keys');
  await writeFile(file, text);
  await chmod(file, mode);
  return file;
}

async function problemOf(env: string): Promise<string> {
  const error = await keyringOf(env).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(KeyringError);
  return (error as KeyringError).message;
}

test('[O-01] what is sealed opens again for the same purpose and context', async () => {
  const keyring = await keyringOf(OLD);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), fc.string(), (plaintext, context) => {
      const sealed = keyring.seal('totp/v1', context, plaintext);
      expect(sealed.length).toBe(1 + 4 + 12 + plaintext.length + 16);
      expect([...keyring.open('totp/v1', context, sealed)]).toEqual([...plaintext]);
    })
  );
});

test('[O-01] a seal is version, key id, nonce, ciphertext, tag; the nonce is never the same', async () => {
  const keyring = await keyringOf(OLD);
  const seals = Array.from({ length: 500 }, () => Buffer.from(keyring.seal('totp/v1', 'maya', SEED)));
  for (const sealed of seals) expect(sealed.subarray(0, 5).toString('hex')).toBe('010000000a');
  expect(new Set(seals.map((sealed) => sealed.subarray(5, 17).toString('hex'))).size).toBe(500);
  expect(seals[0]!.includes(SEED)).toBe(false);
});

test('[O-01] every flipped bit is refused', async () => {
  const keyring = await keyringOf(OLD, NEW);
  const sealed = keyring.seal('totp/v1', 'maya', SEED);
  for (let bit = 0; bit < sealed.length * 8; bit++) {
    const changed = Uint8Array.from(sealed);
    changed[bit >> 3]! ^= 1 << (bit & 7);
    expect(() => keyring.open('totp/v1', 'maya', changed), `bit ${bit}`).toThrow(SealBroken);
  }
});

test('[O-01] every cut and every addition is refused', async () => {
  const keyring = await keyringOf(OLD);
  const sealed = keyring.seal('totp/v1', 'maya', SEED);
  for (let length = 0; length < sealed.length; length++) {
    expect(() => keyring.open('totp/v1', 'maya', sealed.subarray(0, length))).toThrow(SealBroken);
  }
  expect(() => keyring.open('totp/v1', 'maya', Buffer.concat([sealed, Buffer.of(0)]))).toThrow(SealBroken);
});

test('[O-01] moved to another person or another purpose it is refused', async () => {
  const keyring = await keyringOf(OLD);
  const sealed = keyring.seal('totp/v1', 'maya', SEED);
  expect(() => keyring.open('totp/v1', 'tom', sealed)).toThrow(SealBroken);
  expect(() => keyring.open('totp/v1', '', sealed)).toThrow(SealBroken);
  expect(() => keyring.open('totp/v2', 'maya', sealed)).toThrow(SealBroken);
});

test('[O-01] purposes have keys of their own, not only labels of their own', async () => {
  const keyring = await keyringOf(OLD);
  // Both give the same additional data, `a|b|c`: the sub-keys alone keep them apart.
  const sealed = keyring.seal('a', 'b|c', SEED);
  expect(() => keyring.open('a|b', 'c', sealed)).toThrow(SealBroken);
  expect(keyring.mac('invitation', 'x')).not.toEqual(keyring.mac('export', 'x'));
  const plain = createHmac('sha256', Buffer.alloc(32, 7)).update('x').digest();
  expect(keyring.mac('invitation', 'x')).not.toEqual(plain);
});

test('[O-02] an older key still opens, new seals use the newest', async () => {
  const before = await keyringOf(OLD);
  const sealed = before.seal('totp/v1', 'maya', SEED);
  const after = await keyringOf(OLD, NEW);
  expect(after.newestId).toBe('0000000b');
  expect(after.ids).toEqual(['0000000b', '0000000a']);
  expect(Buffer.from(after.open('totp/v1', 'maya', sealed))).toEqual(SEED);

  const again = after.seal('totp/v1', 'maya', SEED);
  expect(Buffer.from(again).subarray(1, 5).toString('hex')).toBe('0000000b');
  expect(() => before.open('totp/v1', 'maya', again)).toThrow('0000000b');
});

test('[O-02] it is known what has to be sealed anew, and then the old key can go', async () => {
  const [before, both, after] = [await keyringOf(OLD), await keyringOf(OLD, NEW), await keyringOf(NEW)];
  const sealed = before.seal('totp/v1', 'maya', SEED);
  expect(before.isCurrent(sealed)).toBe(true);
  expect(both.isCurrent(sealed)).toBe(false);
  expect(() => after.open('totp/v1', 'maya', sealed)).toThrow(SealBroken);

  const anew = both.seal('totp/v1', 'maya', both.open('totp/v1', 'maya', sealed));
  expect(both.isCurrent(anew)).toBe(true);
  expect(Buffer.from(after.open('totp/v1', 'maya', anew))).toEqual(SEED);
  expect(both.isCurrent(new Uint8Array())).toBe(false);
  expect(both.isCurrent(Uint8Array.of(2, ...anew.subarray(1)))).toBe(false);
});

test('[O-02] codes are made under the newest key and known under all', async () => {
  const [before, both] = [await keyringOf(OLD), await keyringOf(OLD, NEW)];
  const old = before.mac('invitation', 'message');
  expect(old.length).toBe(32);
  expect(both.mac('invitation', 'message')).not.toEqual(old);
  expect(both.macs('invitation', 'message')).toEqual([both.mac('invitation', 'message'), old]);
  expect(both.macs('invitation', 'another')).not.toContainEqual(old);
  expect(both.mac('invitation', Buffer.from('message'))).toEqual(both.mac('invitation', 'message'));
});

test('comments, blank lines, line ends of Windows and upper-case ids are read', async () => {
  const keyring = await keyringOf('# ours', '', `${OLD}\r`, '  ', ` ${NEW.replace('0000000b', 'ABCDEF01')} `);
  expect(keyring.ids).toEqual(['abcdef01', '0000000a']);
});

test('a list that cannot be read says where, and shows no key', async () => {
  const key = OLD.slice(9);
  const short = randomBytes(16).toString('base64');
  const cases: [string, RegExp][] = [
    ['   ', /no key/],
    ['# only a comment', /no key/],
    [`${OLD}\n${NEW}\n${OLD}`, /line 3: the id 0000000a is there twice/],
    [`${OLD}\n${OLD.replace('0000000a', '0000000A')}`, /line 2: the id 0000000a is there twice/],
    [`${OLD}\n0000000b:${short}`, /line 2: the key has 16 bytes and must have 32/],
    [`0000000b:${randomBytes(33).toString('base64')}`, /has 33 bytes/],
    ['0000000b:', /has 0 bytes/],
    [key, /line 1: must be 8 hex digits/],
    [`0000000:${key}`, /must be 8 hex digits/],
    [`0000000g:${key}`, /must be 8 hex digits/],
    [`0000000b=${key}`, /must be 8 hex digits/],
    [`0000000b:${key.slice(0, -1)}`, /not base64/],
    [`0000000b:${key.slice(0, -2)}=`, /not base64|bytes/],
    [`0000000b: ${key}`, /not base64/],
    [`0000000b:${key} # mine`, /not base64/],
    [`0000000b:${'*'.repeat(44)}`, /not base64/],
    [`0000000b:${randomBytes(32).toString('hex')}`, /bytes/]
  ];
  for (const [text, message] of cases) {
    const problem = await problemOf(text);
    expect(problem).toMatch(message);
    expect(problem).toMatch(/^ENCRYPTION_KEYS/);
    for (const secret of [key, key.slice(0, 12), short]) expect(problem).not.toContain(secret);
  }
});

test('a keyring that is printed shows no key', async () => {
  const keyring = await keyringOf(OLD, NEW);
  const bytes = Buffer.alloc(32, 7);
  const printed =
    inspect(keyring, { depth: null, showHidden: true, getters: true }) + JSON.stringify(keyring);
  expect(printed).toContain('0000000a');
  for (const form of [OLD.slice(9), bytes.toString('hex'), '7, 7, 7', '07 07 07']) {
    expect(printed).not.toContain(form);
  }
});

test('[O-01] the first start makes the file, for its owner alone, and the next one reads it', async () => {
  const file = join(folder, 'a', 'b', 'keys');
  const first = await openKeyring({ file });
  expect((await stat(file)).mode & 0o777).toBe(0o400);
  expect((await stat(join(folder, 'a'))).mode & 0o777).toBe(0o700);
  expect((await stat(join(folder, 'a', 'b'))).mode & 0o777).toBe(0o700);
  expect(await readdir(join(folder, 'a', 'b'))).toEqual(['keys']);

  const text = await readFile(file, 'utf8');
  const second = await openKeyring({ file });
  expect(await readFile(file, 'utf8')).toBe(text);
  const sealed = first.seal('totp/v1', 'maya', SEED);
  expect(Buffer.from(second.open('totp/v1', 'maya', sealed))).toEqual(SEED);
});

test('[O-01] two installations have different keys', async () => {
  const [one, two] = [join(folder, 'one'), join(folder, 'two')];
  const sealed = (await openKeyring({ file: one })).seal('totp/v1', 'maya', SEED);
  const other = await openKeyring({ file: two });
  expect(() => other.open('totp/v1', 'maya', sealed)).toThrow(SealBroken);
  const keys = await Promise.all([one, two].map((file) => readFile(file, 'utf8')));
  const [first, second] = keys.map((text) => text.split('\n')[1]!.slice(9));
  expect(first).not.toBe(second);
});

test('[O-01] of twenty that start together all have the same key, and one file is left', async () => {
  const place = join(folder, 'new');
  const started = await Promise.all(
    Array.from({ length: 20 }, () => openKeyring({ file: join(place, 'keys') }))
  );
  expect(new Set(started.map(({ newestId }) => newestId)).size).toBe(1);
  expect(new Set(started.map((keyring) => keyring.mac('same', '?').toString('hex'))).size).toBe(1);
  expect(await readdir(place)).toEqual(['keys']);
});

test('[O-01] given keys come before the file, which is then not made; an empty variable counts as unset', async () => {
  const file = join(folder, 'keys');
  expect((await openKeyring({ file, env: OLD })).newestId).toBe('0000000a');
  expect(await readdir(folder)).toEqual([]);
  await writeKeys(NEW);
  expect((await openKeyring({ file, env: OLD })).newestId).toBe('0000000a');
  expect((await openKeyring({ file, env: '' })).newestId).toBe('0000000b');
});

test('[O-01] a file that others may read is refused', async () => {
  for (const mode of [0o400, 0o600]) {
    const file = await writeKeys(OLD, mode);
    expect((await openKeyring({ file })).newestId).toBe('0000000a');
    await rm(file);
  }
  for (const mode of [0o644, 0o640, 0o604, 0o620, 0o601]) {
    const file = await writeKeys(OLD, mode);
    await expect(openKeyring({ file }), mode.toString(8)).rejects.toThrow(/others may read it/);
    expect(await readFile(file, 'utf8')).toBe(OLD);
    await rm(file);
  }
});

test('a file that is none, is empty or is not text of keys is named and left as it was', async () => {
  await mkdir(join(folder, 'sub'), { mode: 0o700 });
  await expect(openKeyring({ file: join(folder, 'sub') })).rejects.toThrow(/sub: is not a file/);
  await expect(openKeyring({ file: join(folder, 'sub') })).rejects.toThrow(KeyringError);

  const file = await writeKeys('');
  await expect(openKeyring({ file })).rejects.toThrow(/keys: there is no key in it/);
  expect(await readFile(file, 'utf8')).toBe('');
  await writeFile(file, `${OLD}\n`.repeat(2_000));
  await expect(openKeyring({ file })).rejects.toThrow(/too large/);
  await expect(openKeyring({ file: join(file, 'below') })).rejects.toThrow(/cannot be read \(ENOTDIR\)/);
});
