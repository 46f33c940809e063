import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson, type Json } from './canonical-json';

const json = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constant(null),
    fc.boolean(),
    fc.maxSafeInteger(),
    fc.string({ unit: 'grapheme' }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.string({ unit: 'grapheme', maxLength: 6 }), tie('value'), { maxKeys: 4 })
  )
})).value;

/** The same value with the keys of every object in another order. */
function reordered(value: Json): Json {
  if (Array.isArray(value)) return value.map(reordered);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, reordered(member as Json)])
  );
}

describe('[LOG-6] canonical JSON', () => {
  test('canonical JSON reads back as the same value, and depends on nothing but the value', () => {
    fc.assert(
      fc.property(json, (value) => {
        const text = canonicalJson(value);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(canonicalJson(reordered(value))).toBe(text);
        expect(canonicalJson(JSON.parse(text) as Json)).toBe(text);
        expect(text).not.toMatch(/[\n\t]/);
      }),
      { numRuns: 1000 }
    );
  });

  test('sorts keys by UTF-16 code units (RFC 8785 3.2.3)', () => {
    const value = { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\ud83d\ude00': 5, '\u0080': 6, '\u00f6': 7 };
    expect(Object.values(JSON.parse(canonicalJson(value)) as object)).toEqual([4, 2, 6, 7, 1, 5, 3]);
  });

  test('writes strings as RFC 8785 does', () => {
    expect(canonicalJson('\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\"/')).toBe(
      '"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'
    );
  });

  test('canonical JSON leaves undefined members out and keeps null ones', () => {
    expect(canonicalJson({ a: undefined, b: null, c: [] })).toBe('{"b":null,"c":[]}');
  });

  test('writes negative zero as zero', () => {
    expect(canonicalJson(-0)).toBe('0');
  });

  test('canonical JSON keeps a key named __proto__ like any other', () => {
    expect(canonicalJson(JSON.parse('{"__proto__":1,"a":2}') as Json)).toBe('{"__proto__":1,"a":2}');
  });

  test.each([0.5, NaN, Infinity, -Infinity, 2 ** 53, -(2 ** 53), 1e21, Number.MIN_VALUE])(
    'a number that JSON has no one spelling for is refused: %s',
    (number) => expect(() => canonicalJson({ a: [number] })).toThrow(TypeError)
  );

  test.each(['\ud800', 'a\udc00b', '\udc00\ud800'])(
    'canonical JSON refuses the ill-formed text %j',
    (text) => {
      expect(() => canonicalJson(text)).toThrow(TypeError);
      expect(() => canonicalJson({ a: [text] })).toThrow(TypeError);
      expect(() => canonicalJson({ [text]: 1 })).toThrow(TypeError);
    }
  );
});
