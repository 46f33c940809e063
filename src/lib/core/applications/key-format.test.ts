import { crc32 } from 'node:zlib';
import { expect, test } from 'vitest';
import { base62, KEY_PATTERN, parseKey, writeKey } from './key-format';

const KID = 'Ab3dEf6hIj9l';
const SECRET = '0123456789ABCDEFGHIJKLMNOPQRSTuv';

test('[APP-2] a key is its prefix, id, secret and checksum, and is read back', () => {
  const key = writeKey({ kid: KID, secret: SECRET });
  expect(key).toMatch(new RegExp(`^${KEY_PATTERN}$`));
  expect(key.startsWith(`rck_live_${KID}_${SECRET}`)).toBe(true);
  expect(parseKey(key)).toEqual({ kid: KID, secret: SECRET });
});

test('[APP-2] its checksum is the CRC-32 that every scanner has', () => {
  const key = writeKey({ kid: KID, secret: SECRET });
  const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
  const sum = [...key.slice(-6)].reduce((value, digit) => value * 62 + digits.indexOf(digit), 0);
  expect(sum).toBe(crc32(key.slice(0, -6)));
});

test('[APP-2] one wrong, missing or added character makes it no key', () => {
  const key = writeKey({ kid: KID, secret: SECRET });
  for (let at = 0; at < key.length; at++) {
    const other = key[at] === 'x' ? 'y' : 'x';
    expect(parseKey(key.slice(0, at) + other + key.slice(at + 1)), `character ${at}`).toBeNull();
    expect(parseKey(key.slice(0, at) + key.slice(at + 1)), `without ${at}`).toBeNull();
  }
  for (const text of ['', ` ${key}`, `${key} `, `${key}\n`, key.toUpperCase(), key + key, 'rck_live_'])
    expect(parseKey(text)).toBeNull();
});

test('random characters are all equally likely, and never fewer than asked for', () => {
  const all = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  const made = base62(all, 248)!;
  const counts = new Map<string, number>();
  for (const character of made) counts.set(character, (counts.get(character) ?? 0) + 1);
  expect([...new Set(counts.values())]).toEqual([4]);
  expect(counts.size).toBe(62);
  expect(base62(all, 249)).toBeNull();
});
