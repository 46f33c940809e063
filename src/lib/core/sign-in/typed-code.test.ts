import { expect, test } from 'vitest';
import { isAppCode, readTypedCode } from './typed-code';

test.each([
  '123456',
  ' 123456\n',
  '123 456',
  '12 34 56',
  '123\u00a0456',
  '123\u202f456',
  '123\u200b456',
  '\u2066123456\u2069',
  '\ufeff123456',
  '123-456',
  '123–456',
  '123.456',
  '１２３４５６',
  '１２３　４５６',
  '𝟙𝟚𝟛𝟜𝟝𝟞'
])('[AUT-6] %j is read as 123456', (text) => {
  expect(readTypedCode(text)).toBe('123456');
  expect(isAppCode(readTypedCode(text))).toBe(true);
});

test.each(['', '12345', '1234567', '123 4567', '12345a', '1e5000', '-', 'ABCD-EFGH', '123,456', '0x1234'])(
  '[AUT-6] %j is no code of an app, and stays what it is',
  (text) => {
    expect(readTypedCode(text)).toBe(text);
    expect(isAppCode(readTypedCode(text))).toBe(false);
  }
);

test('[AUT-6] a recovery code keeps its groups, in ordinary letters', () => {
  expect(readTypedCode(' ＡＢＣＤ-EFGH-ijkl ')).toBe('ABCD-EFGH-ijkl');
});
