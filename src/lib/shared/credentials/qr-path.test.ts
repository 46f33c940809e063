import { encode } from 'uqr';
import { expect, test } from 'vitest';
import { qrPath } from './qr-path';

test('[AUT-1] the path covers the dark squares, each once, and no other', () => {
  const text = 'otpauth://totp/Northwind:maya%40northwind.example?secret=ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const { size, path } = qrPath(text);
  const { data } = encode(text, { ecc: 'M', border: 4 });
  const drawn = data.map((row) => row.map(() => 0));
  for (const [, x, y, width] of path.matchAll(/M(\d+) (\d+)h(\d+)v1H\d+z/g))
    for (let n = 0; n < Number(width); n++) drawn[Number(y)]![Number(x) + n]! += 1;
  expect(size).toBe(data.length);
  expect(drawn).toEqual(data.map((row) => row.map(Number)));
});
