import { expect, test } from 'vitest';
import { LOGO_BYTES, logoProblem } from './logo';

const address = (kind: string, bytes: string) => `data:${kind};base64,${btoa(bytes)}`;
const PNG = '\x89PNG\r\n\x1a\n';

test('[SET-1] a logo is what its first bytes say', () => {
  expect(logoProblem(address('image/png', `${PNG}rest`))).toBeNull();
  expect(logoProblem(address('image/jpeg', '\xff\xd8\xff\xdb'))).toBeNull();
  expect(logoProblem(address('image/webp', 'RIFF\x00\x00\x00\x00WEBPVP8L'))).toBeNull();
  for (const [kind, bytes] of [
    ['image/png', '\xff\xd8\xff\xdb'],
    ['image/jpeg', `${PNG}rest`],
    ['image/webp', 'RIFF\x00\x00\x00\x00WAVEfmt '],
    ['image/png', '<svg xmlns="http://www.w3.org/2000/svg"/>']
  ] as const)
    expect(logoProblem(address(kind, bytes))).toContain('not what it says');
});

test('[SET-1] no other kind, no other address, nothing large', () => {
  for (const other of [
    address('image/svg+xml', '<svg/>'),
    address('image/gif', 'GIF89a'),
    address('text/html', '<b>'),
    'https://example.com/logo.png',
    'javascript:alert(1)',
    `data:image/png,${PNG}`,
    `${address('image/png', PNG)}" onerror="x`,
    ''
  ])
    expect(logoProblem(other)).toContain('PNG, JPEG or WebP');
  const most = PNG + 'x'.repeat(LOGO_BYTES - PNG.length);
  expect(logoProblem(address('image/png', most))).toBeNull();
  expect(logoProblem(address('image/png', `${most}x`))).toContain('32 KiB');
  expect(logoProblem(address('image/png', most.repeat(4)))).toContain('32 KiB');
});
