import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { newRecoveryCodes, recoveryCodeHash } from './recovery-codes';

const CODE = 'ABCD-EFGH-IJKL-MNOP-QRST-2345';
const HASH = createHash('sha256').update('ABCDEFGHIJKLMNOPQRST2345').digest();

test('[A-11] ten codes of six groups of four letters, none like another', () => {
  const codes = Array.from({ length: 100 }, newRecoveryCodes).flat();
  expect(newRecoveryCodes()).toHaveLength(10);
  for (const code of codes) expect(code).toMatch(/^[A-Z2-7]{4}(-[A-Z2-7]{4}){5}$/);
  expect(new Set(codes).size).toBe(1000);
});

test('[A-11] every place holds every letter: 120 bits', () => {
  const seen = Array.from({ length: 24 }, () => new Set<string>());
  for (const code of Array.from({ length: 200 }, newRecoveryCodes).flat()) {
    [...code.replaceAll('-', '')].forEach((letter, place) => seen[place]!.add(letter));
  }
  // 2,000 draws of 32 letters: one missing at any place has a chance of less than 10^-24.
  expect(seen.map(({ size }) => size)).toEqual(Array(24).fill(32));
});

test('[A-11] the hash is SHA-256 of the letters', () => {
  expect(recoveryCodeHash(CODE)).toEqual(HASH);
});

test('[A-11] a code is known however it is typed', () => {
  const ways = [
    CODE.toLowerCase(),
    CODE.replaceAll('-', ''),
    CODE.replaceAll('-', ' '),
    CODE.replaceAll('-', '–'),
    CODE.replaceAll('-', '\u2011'),
    CODE.replaceAll('-', ' - '),
    `  ${CODE}\n`,
    `\t${CODE.replaceAll('-', '\u00a0')}\r\n`,
    [...CODE].join(' '),
    CODE.replace('O', '0'),
    CODE.replace('I', '1'),
    CODE.replace('B', '8'),
    CODE.toLowerCase().replace('o', '0').replace('i', '1').replace('b', '8')
  ];
  for (const way of ways) expect(recoveryCodeHash(way), way).toEqual(HASH);
});

test('[A-11] every code that was made is known again, and by no other code’s hash', () => {
  const codes = newRecoveryCodes();
  const hashes = codes.map((code) => recoveryCodeHash(code.toLowerCase())!.toString('hex'));
  expect(hashes).toEqual(codes.map((code) => recoveryCodeHash(code)!.toString('hex')));
  expect(new Set(hashes).size).toBe(10);
});

test('[A-11] what cannot be a code has no hash', () => {
  const wrong = [
    '',
    ' ',
    '-----',
    CODE.slice(1),
    `${CODE}A`,
    `${CODE}-ABCD`,
    CODE.replace('A', '9'),
    CODE.replace('A', 'Ä'),
    // Letters that become A to Z only by rules of other languages.
    CODE.replace('I', 'ı'),
    CODE.replace('S', 'ſ'),
    CODE.replace('A', 'Ａ'),
    CODE.replace('K', '\u212a'),
    CODE.replace('A', '\0'),
    CODE.replaceAll('-', '_'),
    CODE.replaceAll('-', '.'),
    '123456',
    CODE.repeat(10_000),
    `${' '.repeat(10_000)}${CODE}`
  ];
  for (const text of wrong) expect(recoveryCodeHash(text), text.slice(0, 40)).toBeNull();
});

test('[A-11] any text is either a code or none, and nothing throws', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect([null, 32]).toContain(recoveryCodeHash(text)?.length ?? null);
    })
  );
});
