import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { emailKey, isPlainText, nameKey, tidyText } from './names';

describe('[ROL-12] names that look alike have one key', () => {
  test.each([
    ['Admin', 'admin', 'case'],
    ['Admin', '  Admin ', 'surrounding blanks'],
    ['Night shift', 'Night \t\u00a0 shift', 'runs of white space'],
    ['Admin', '\u0410dmin', 'a Cyrillic А'],
    ['Support', 'Suрроrt', 'Cyrillic р and о'],
    ['Developer', 'Dеvеlоpеr', 'Cyrillic е and о'],
    ['Admin', 'Αdmin', 'a Greek Α'],
    ['Admin', 'Adm\u200bin', 'a zero-width space'],
    ['Admin', 'Adm\u00adin', 'a soft hyphen'],
    ['Admin', '\u202eAdmin\u202c', 'bidirectional marks'],
    ['Admin', 'Ad\ufeffmin', 'a byte order mark'],
    ['Admin', 'Ad\u2060min', 'a word joiner'],
    ['Admin', 'Ad\u3164min', 'a Hangul filler'],
    ['Admin', 'Admin\u2800', 'an empty Braille cell'],
    ['Admin', 'Admin\ufe0f', 'a variation selector'],
    ['Admin', 'Ａｄｍｉｎ', 'full-width letters'],
    ['Admin', '𝐀𝐝𝐦𝐢𝐧', 'mathematical bold letters'],
    ['Admin', 'Ⓐdmin', 'a circled letter'],
    ['Admin', 'ADMİN', 'a Turkish capital I with its dot'],
    ['Admin', 'Adm\u0131n', 'a Turkish i without its dot'],
    ['Office', 'Oﬃce', 'a ligature'],
    ['Café', 'Cafe\u0301', 'an accent on its own'],
    ['naïve', 'naїve', 'a Cyrillic ї'],
    ['Zoë', 'Zoё', 'a Cyrillic ё']
  ])('the names %s and %s have one key: %s', (one, other) => {
    expect(nameKey(other)).toBe(nameKey(one));
  });

  test.each([
    ['Admin', 'Admins'],
    ['Cafe', 'Café'],
    ['Team 1', 'Team 2'],
    ['a b', 'ab'],
    ['Read-only', 'Read only'],
    ['Поддержка', 'Support'],
    ['支持', '支援']
  ])('%s and %s stay two names', (one, other) => {
    expect(nameKey(other)).not.toBe(nameKey(one));
  });

  test('a name without a visible character has no key', () => {
    for (const name of ['', ' ', '\u200b\u200d', '\u3164', '\u2800', '\u202e\u202c'])
      expect(nameKey(name)).toBe('');
  });

  test('a key is the key of itself, and indifferent to case and composition', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 30 }), (name) => {
        const key = nameKey(name);
        expect(nameKey(key)).toBe(key);
        expect(nameKey(name.normalize('NFD'))).toBe(key);
        expect(nameKey(name.normalize('NFC'))).toBe(key);
      }),
      { numRuns: 500 }
    );
  });
});

describe('text that may be shown', () => {
  test.each([
    ['Priya Nair'],
    ['José Ñuñez-O’Brien'],
    ['山田 太郎'],
    ['نرگس\u200cزاده'],
    ['👩\u200d🔧 On call'],
    ['❤\ufe0f'],
    ['two\nlines\tand a tab']
  ])('the text %j may be shown', (text) => expect(isPlainText(text)).toBe(true));

  test.each([
    ['nul', 'a\0b'],
    ['escape', 'a\u001b[31mb'],
    ['delete', 'a\u007fb'],
    ['next line', 'a\u0085b'],
    ['zero-width space', 'a\u200bb'],
    ['soft hyphen', 'a\u00adb'],
    ['right-to-left override', 'a\u202eb'],
    ['right-to-left isolate', 'a\u2067b'],
    ['Arabic letter mark', 'a\u061cb'],
    ['byte order mark', '\ufeffa'],
    ['Hangul filler', 'a\u3164'],
    ['empty Braille cell', '\u2800'],
    ['tag characters', 'a\u{e0041}'],
    ['lone high surrogate', 'a\ud800'],
    ['lone low surrogate', '\udc00a']
  ])('text with %s may not be shown', (_, text) => expect(isPlainText(text)).toBe(false));
});

test('what is stored is composed, trimmed and without runs of white space', () => {
  expect(tidyText('  Cafe\u0301\r\n\u2028 bar\t')).toBe('Café bar');
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(tidyText(tidyText(text))).toBe(tidyText(text));
    })
  );
});

test('an address is one whatever its case and width', () => {
  expect(emailKey(' Maya@Northwind.Example ')).toBe('maya@northwind.example');
  expect(emailKey('ｍaya@northwind.example')).toBe('maya@northwind.example');
  for (const spelling of [
    'ivan@xn--e1afmkfd.xn--p1ai',
    'Ivan@XN--E1AFMKFD.xn--p1ai',
    'ivan@пример.рф',
    'ivan@ПРИМЕР.РФ',
    'ivan@пример。рф'
  ])
    expect(emailKey(spelling), spelling).toBe('ivan@xn--e1afmkfd.xn--p1ai');
  expect(emailKey('иван@Bücher.example')).toBe('иван@xn--bcher-kva.example');
  // What is no domain stays as it is, so that nothing after it is lost.
  expect(emailKey('a@пример.рф/b')).toBe('a@пример.рф/b');
  expect(emailKey('пример')).toBe('пример');
  expect(emailKey('a@127.1')).toBe('a@127.1');
});
