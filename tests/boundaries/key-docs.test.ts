import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import {
  base62,
  KEY_PATTERN,
  KID_LENGTH,
  parseKey,
  SECRET_LENGTH,
  writeKey
} from '../../src/lib/core/applications/key-format';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

// What docs/keys.md says to secret scanners is what keys are.

const text = readFileSync(join(ROOT, 'docs/keys.md'), 'utf8');
const block = (language: string) => new RegExp('```' + language + '\n(.*?)\n```', 's').exec(text)?.[1] ?? '';
const keys = Array.from({ length: 200 }, () =>
  writeKey({ kid: base62(randomBytes(64), KID_LENGTH)!, secret: base62(randomBytes(128), SECRET_LENGTH)! })
);

test('[APP-2] the regular expression finds keys in whatever stands around them', () => {
  expect(block('regex')).toContain(KEY_PATTERN);
  expect(block('toml')).toContain(`'''${block('regex')}'''`);
  const pattern = new RegExp(block('regex'), 'g');
  const found = keys.map((key) => `password = "${key}"; //${key}\nx=${key}.`.match(pattern));
  expect(found).toEqual(keys.map((key) => [key, key, key]));
});

test('[APP-2] the checksum as it is written there takes keys, and none with a mistyped character', async () => {
  const { isKey } = (await import(`data:text/javascript,${encodeURIComponent(block('js'))}`)) as {
    isKey(text: string): boolean;
  };
  for (const key of keys) {
    expect(isKey(key), key).toBe(true);
    const at = 9 + Math.floor(Math.random() * (key.length - 9));
    const wrong = key.slice(0, at) + (key[at] === 'a' ? 'b' : 'a') + key.slice(at + 1);
    expect([isKey(wrong), parseKey(wrong)], wrong).toEqual([false, null]);
  }
});
