import { expect, test } from 'vitest';
import { deviceName, deviceOf } from './device-name';

test.each([
  [
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:142.0) Gecko/20100101 Firefox/142.0',
    'Firefox on macOS',
    'desktop'
  ],
  [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0',
    'Microsoft Edge on Windows',
    'desktop'
  ],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1',
    'Safari on iOS',
    'phone'
  ],
  [
    'Mozilla/5.0 (Linux; Android 15; SM-X910) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
    'Chrome on Android',
    'tablet'
  ],
  [
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/140.0.0.0 Safari/537.36',
    'Chrome on Linux',
    'desktop'
  ],
  ['curl/8.1.2', 'curl', 'desktop']
])('[AUT-3] a device is named as people call it: %s', (userAgent, name, kind) => {
  expect(deviceOf(userAgent)).toEqual({ name, kind });
});

test.each([null, '', '   ', '\u0000', 'x'.repeat(400), 'Mozilla/5.0'])(
  '[AUT-3] what %j says is not guessed at',
  (userAgent) => expect(deviceOf(userAgent)).toEqual({ name: 'Unknown device', kind: 'desktop' })
);

test.each(['\u061cx\u200b =cmd|" /1.0 (x)', '\u202egnp.exe/2.0 (y)', `${'n'.repeat(60)}/1 (z)`])(
  '[LOG-4] the name that %j gives itself is no name',
  (userAgent) => expect(deviceOf(userAgent).name).toBe('Unknown device')
);

test('where there is nothing to say, nothing is said', () => {
  expect(deviceName(null)).toBe('');
  expect(deviceName('Mozilla/5.0')).toBe('');
  expect(deviceName('curl/8.1.2')).toBe('curl');
});

test('what takes long to read is not read to its end', () => {
  const begun = performance.now();
  deviceOf('(Android '.repeat(2_000));
  expect(performance.now() - begun).toBeLessThan(500);
});
