import { expect, test } from 'vitest';
import { LOGO_BYTES, logoProblem } from './logo';

const address = (kind: string, bytes: string) => `data:${kind};base64,${btoa(bytes)}`;
const PNG = '\x89PNG\r\n\x1a\n';

/** The head of a PNG of so many pixels. */
function png(width: number, height: number): string {
  const word = (value: number) =>
    String.fromCharCode(value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255);
  return `${PNG}${word(13)}IHDR${word(width)}${word(height)}`;
}

test('[SET-1] a logo is what its first bytes say', () => {
  expect(logoProblem(address('image/png', png(7, 5)))).toBeNull();
  for (const [kind, bytes] of [
    ['image/png', `${PNG}rest`],
    ['image/jpeg', '\xff\xd8\xff\xdb'],
    ['image/webp', 'RIFF\x00\x00\x00\x00WEBPVP8L']
  ] as const)
    expect(logoProblem(address(kind, bytes))).toBe('This picture is damaged.');
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
  const most = png(7, 5).padEnd(LOGO_BYTES, 'x');
  expect(logoProblem(address('image/png', most))).toBeNull();
  expect(logoProblem(address('image/png', `${most}x`))).toContain('32 KiB');
  expect(logoProblem(address('image/png', most.repeat(4)))).toContain('32 KiB');
});

test('[SET-1] a picture that unfolds to hundreds of megabytes is no logo', () => {
  expect(logoProblem(address('image/png', png(1024, 1024)))).toBeNull();
  expect(logoProblem(address('image/png', png(1025, 1)))).toContain('1024 × 1024');
  expect(logoProblem(address('image/png', png(14_000, 14_000)))).toContain('1024 × 1024');
  expect(logoProblem(address('image/png', png(0, 5)))).toBe('This picture is damaged.');
});
