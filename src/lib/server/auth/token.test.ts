import { expect, test } from 'vitest';
import { isSecretOf, makeToken, parseToken, sha256 } from './token';

test('[S-01] a token is a public id of 128 bits and a secret of 256; the secret’s hash is what is stored', () => {
  const { token, sid, secretHash } = makeToken();
  const parsed = parseToken(token)!;
  expect(parsed.sid).toBe(sid);
  expect(parsed.secret.length).toBe(32);
  expect(sid).toMatch(/^[a-z2-7]{26}$/);
  expect(Buffer.from(secretHash)).toEqual(sha256(parsed.secret));
  expect(isSecretOf(parsed.secret, secretHash)).toBe(true);
  expect(token).not.toContain(Buffer.from(secretHash).toString('base64url'));
});

test('[S-01] no two tokens share a part', () => {
  const tokens = Array.from({ length: 500 }, makeToken);
  expect(new Set(tokens.map(({ sid }) => sid)).size).toBe(500);
  expect(new Set(tokens.map(({ token }) => token.split('.')[1])).size).toBe(500);
});

test('[S-01] whatever was never a token is nobody', () => {
  const { token, sid } = makeToken();
  const secret = token.slice(27);
  const wrong = [
    undefined,
    '',
    '.',
    sid,
    `${sid}.`,
    `.${secret}`,
    secret,
    `${sid}${secret}`,
    `${sid}..${secret}`,
    `${sid}.${secret}.`,
    `${sid}.${secret}=`,
    `${sid}.${secret}\n`,
    `\n${token}`,
    ` ${token}`,
    `${token} `,
    `${token}\0`,
    token.toUpperCase(),
    `${sid}.${secret.slice(1)}`,
    `${sid}.${secret}A`,
    `${sid.slice(1)}.${secret}`,
    `${sid}a.${secret}`,
    `${sid}.${'+'.repeat(43)}`,
    `${sid}.${'/'.repeat(43)}`,
    `${sid}.${'é'.repeat(43)}`,
    `${sid},${secret}`,
    '%E0%A4%A',
    '__proto__',
    'null',
    `${token};${token}`,
    `${token}, ${token}`,
    'x'.repeat(100_000)
  ];
  for (const cookie of wrong) expect(parseToken(cookie)).toBeNull();
});

test('[S-01] every changed bit of a secret is another secret', () => {
  const { token, secretHash } = makeToken();
  const { secret } = parseToken(token)!;
  for (let bit = 0; bit < 256; bit++) {
    const other = Uint8Array.from(secret);
    other[bit >> 3]! ^= 1 << (bit & 7);
    expect(isSecretOf(other, secretHash)).toBe(false);
  }
});
