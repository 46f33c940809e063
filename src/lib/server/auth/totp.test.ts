import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { matchTotp, newTotpSecret, secretText, totpUri } from './totp';

const SECRET = Buffer.from('12345678901234567890');
const NOW = 1_800_000_015;
const STEP = NOW / 30 - 0.5;

/** HOTP as RFC 4226 writes it, from nothing of the product. */
function codeOf(secret: Uint8Array, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const digest = createHmac('sha1', secret).update(counter).digest();
  const offset = digest[19]! & 15;
  return String((digest.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

test('[A-08] the vectors of RFC 6238, appendix B (SHA-1, the last six of their eight digits)', async () => {
  const vectors: [number, string][] = [
    [59, '94287082'],
    [1_111_111_109, '07081804'],
    [1_111_111_111, '14050471'],
    [1_234_567_890, '89005924'],
    [2_000_000_000, '69279037'],
    [20_000_000_000, '65353130']
  ];
  for (const [time, digits] of vectors) {
    expect(await matchTotp(SECRET, digits.slice(2), time, null), digits).toBe(Math.floor(time / 30));
  }
});

test('[AUT-6] [A-08] of the steps -3 to +3 the current one and its neighbours are good, at any second of a step', async () => {
  for (const second of [0, 1, 14, 15, 28, 29, 29.999]) {
    const now = STEP * 30 + second;
    const accepted: number[] = [];
    for (let delta = -3; delta <= 3; delta++) {
      const step = await matchTotp(SECRET, codeOf(SECRET, STEP + delta), now, null);
      if (step !== null) expect(step).toBe(STEP + delta);
      if (step !== null) accepted.push(delta);
    }
    expect(accepted, `second ${second}`).toEqual([-1, 0, 1]);
  }
});

test('[A-09] no step up to the last one used is good again', async () => {
  const [before, current] = [codeOf(SECRET, STEP - 1), codeOf(SECRET, STEP)];
  expect(await matchTotp(SECRET, before, NOW, STEP - 2)).toBe(STEP - 1);
  expect(await matchTotp(SECRET, before, NOW, STEP - 1)).toBeNull();
  expect(await matchTotp(SECRET, before, NOW, STEP)).toBeNull();
  expect(await matchTotp(SECRET, current, NOW, STEP - 1)).toBe(STEP);
  expect(await matchTotp(SECRET, current, NOW, STEP)).toBeNull();
  const next = codeOf(SECRET, STEP + 1);
  expect(await matchTotp(SECRET, next, NOW, STEP)).toBe(STEP + 1);
  expect(await matchTotp(SECRET, next, NOW, STEP + 1)).toBeNull();
  expect(await matchTotp(SECRET, current, NOW, STEP + 1)).toBeNull();
  expect(await matchTotp(SECRET, current, NOW, STEP + 1_000_000)).toBeNull();
  expect(await matchTotp(SECRET, current, NOW, 0)).toBe(STEP);
});

test('[A-08] a wrong code is not good, nor is the code of another secret', async () => {
  const current = codeOf(SECRET, STEP);
  const near = [codeOf(SECRET, STEP - 1), current, codeOf(SECRET, STEP + 1)];
  for (let digit = 0; digit < 6; digit++) {
    const wrong = current.slice(0, digit) + ((Number(current[digit]) + 1) % 10) + current.slice(digit + 1);
    if (!near.includes(wrong)) expect(await matchTotp(SECRET, wrong, NOW, null)).toBeNull();
  }
  const other = Buffer.from('another secret here!');
  expect(await matchTotp(other, current, NOW, null)).toBeNull();
});

test('[A-08] what is not six digits is no code, and nothing throws', async () => {
  const code = codeOf(SECRET, STEP);
  expect(await matchTotp(SECRET, code, NOW, null)).toBe(STEP);
  const wrong = [
    undefined,
    null,
    Number(code),
    [code],
    {},
    '',
    code.slice(1),
    `0${code}`,
    `${code}0`,
    ` ${code}`,
    `${code}\n`,
    `${code.slice(0, 3)} ${code.slice(3)}`,
    'abcdef',
    '0x1234',
    '12345a',
    '-12345',
    '1e5000',
    [...code].map((digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0)).join(''),
    [...code].map((digit) => String.fromCharCode(digit.charCodeAt(0) + 0x0630)).join(''),
    '9'.repeat(100_000)
  ];
  for (const text of wrong) expect(await matchTotp(SECRET, text as string, NOW, null)).toBeNull();
});

test('[A-08] a time, a last step or a secret that cannot be gives no step, and nothing throws', async () => {
  const code = codeOf(SECRET, STEP);
  for (const now of [NaN, -1, Infinity, -Infinity]) {
    expect(await matchTotp(SECRET, code, now, null)).toBeNull();
  }
  for (const last of [NaN, -1, 1.5, Infinity]) expect(await matchTotp(SECRET, code, NOW, last)).toBeNull();
  expect(await matchTotp(new Uint8Array(), code, NOW, null)).toBeNull();
  expect(await matchTotp(SECRET.subarray(0, 8), code, NOW, null)).toBeNull();
});

test('[A-08] a secret has 160 bits, and no two are the same', () => {
  const secrets = Array.from({ length: 200 }, newTotpSecret);
  for (const secret of secrets) expect(secret.length).toBe(20);
  expect(new Set(secrets.map(secretText)).size).toBe(200);
});

test('the text of a secret is base32 without padding', () => {
  expect(secretText(SECRET)).toBe('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ');
  expect(secretText(newTotpSecret())).toMatch(/^[A-Z2-7]{32}$/);
});

test('the address for the QR code names issuer, account and secret; what is left out is what apps take for granted', () => {
  const uri = totpUri({ secret: SECRET, issuer: 'Rolecall', account: 'maya@example.com' });
  expect(uri).toMatch(/^otpauth:\/\/totp\/Rolecall:maya%40example\.com\?/);
  const { searchParams } = new URL(uri);
  expect(searchParams.get('secret')).toBe(secretText(SECRET));
  expect(searchParams.get('issuer')).toBe('Rolecall');
  const defaults = { algorithm: 'SHA1', digits: '6', period: '30' };
  for (const [name, value] of Object.entries(defaults))
    expect([null, value]).toContain(searchParams.get(name));
});

test('a colon in the issuer or the account does not move the border between them', () => {
  const uri = totpUri({ secret: SECRET, issuer: 'Ops: Rolecall?&=#/%', account: 'a:b: c@example.com' });
  const label = decodeURIComponent(uri.slice('otpauth://totp/'.length, uri.indexOf('?')));
  expect(label).toBe('Ops Rolecall?&=#/%:a b c@example.com');
  expect(new URL(uri).searchParams.get('issuer')).toBe('Ops Rolecall?&=#/%');
  expect([...new URL(uri).searchParams.keys()].filter((name) => name === 'secret')).toHaveLength(1);
});
