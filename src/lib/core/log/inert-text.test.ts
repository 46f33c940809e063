import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inertJson, spellOut } from './inert-text';

const ACTIVE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069\u200b\ufeff]/u;

describe('[L-06] text that acts is spelt out', () => {
  test.each([
    ['a\r\nb\tc', 'a\\r\\nb\\tc'],
    ['\u001b[2J', '\\u{1b}[2J'],
    ['nul\0', 'nul\\u{0}'],
    ['\u202egnp.exe', '\\u{202e}gnp.exe'],
    ['a\u200bb', 'a\\u{200b}b'],
    ['\ud800', '\\u{d800}'],
    ['line\u2028end', 'line\\u{2028}end'],
    ['tag\u{e0041}', 'tag\\u{e0041}'],
    ['👩‍💻 naïve ＝', '👩‍💻 naïve ＝']
  ])('%j', (text, spelt) => expect(spellOut(text)).toBe(spelt));

  test('nothing active is left of any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(spellOut(text)).not.toMatch(ACTIVE);
      }),
      { numRuns: 500 }
    );
  });

  test('JSON says the same, and nothing active is in it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const json = inertJson({ [text]: text });
        expect(json).not.toMatch(ACTIVE);
        expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify({ [text]: text })));
      }),
      { numRuns: 500 }
    );
  });
});
