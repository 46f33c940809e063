import { expect, test } from 'vitest';
import { JsonProblem, parseStrictJson } from './strict-json';

const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);

test.each<[string, unknown]>([
  ['{"a":{"a":1},"b":[{"a":2},{"a":3}]}', { a: { a: 1 }, b: [{ a: 2 }, { a: 3 }] }],
  ['{"a":"{\\"a\\":1,\\"a\\":2}"}', { a: '{"a":1,"a":2}' }],
  ['{"a":":","b":"a\\\\"}', { a: ':', b: 'a\\' }],
  ['"\\ud83d\\ude00"', '😀'],
  ['null', null],
  [nested(32), JSON.parse(nested(32))]
])('%s is taken as any parser takes it', (text, value) => {
  expect(parseStrictJson(text)).toEqual(value);
});

test.each([
  ['{"a":1,"a":2}', 'member "a" twice'],
  ['{"a":1,"\\u0061":2}', 'member "a" twice'],
  ['{"x":[{"a":1,"b":[],"a":2}]}', 'member "a" twice'],
  ['{"__proto__":1,"__proto__":2}', 'member "__proto__" twice'],
  ['"\\ud800"', 'lone surrogate'],
  ['{"\\udc00":1}', 'lone surrogate'],
  [nested(33), 'deeper than 32'],
  ['', 'not JSON'],
  ['{"a":1}}', 'not JSON'],
  ["{'a':1}", 'not JSON']
])('%s is refused, and it says why', (text, why) => {
  expect(() => parseStrictJson(text)).toThrow(JsonProblem);
  expect(() => parseStrictJson(text)).toThrow(why);
});

test('a member that is there twice is found wherever it is, among many that are not', () => {
  const member = (n: number) => `"m${n}":[{"a":${n},"b":{"c":"}:,{"}}]`;
  for (let twice = 0; twice < 40; twice++) {
    const names = Array.from({ length: 40 }, (_, n) => member(n));
    expect(Object.keys(parseStrictJson(`{${names.join()}}`) as object)).toHaveLength(40);
    names[twice] = `"m${twice}":[{"a":1,"b":{"c":1,"c":2}}]`;
    expect(() => parseStrictJson(`{${names.join()}}`)).toThrow('member "c" twice');
    names[twice] = member((twice + 1) % 40);
    expect(() => parseStrictJson(`{${names.join()}}`)).toThrow(`member "m${(twice + 1) % 40}" twice`);
  }
});
