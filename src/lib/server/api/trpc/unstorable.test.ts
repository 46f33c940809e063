import { expect, test } from 'vitest';
import { unstorableAt } from './unstorable';

test('a nesting without end is left to the schema', () => {
  let nested: unknown = '\0';
  for (let depth = 0; depth < 20_000; depth++) nested = [nested];
  expect(unstorableAt(nested)).toBeNull();
});

test.each([
  [{ a: 'x', b: ['y', 1, null, true] }, null],
  [undefined, null],
  ['\ud800', 'input'],
  [{ name: 'x\udc00' }, 'name'],
  [{ rows: [{ name: 'x' }, { name: '\udfff\ud800' }] }, 'rows.1.name'],
  [{ networks: ['\0'] }, 'networks.0'],
  [{ '\0': 1 }, 'input'],
  [JSON.parse('{"caps":{"__proto__":5}}'), 'caps.__proto__'],
  [JSON.parse('{"rows":[{"__proto__":null}]}'), 'rows.0.__proto__'],
  [{ name: '__proto__' }, null],
  [{ '\ud800': 1 }, 'input'],
  [{ name: '🏴‍☠️' }, null],
  [{ password: 'a\0b', current: '\0' }, null],
  [{ password: '\ud800' }, 'password']
])('what cannot be stored of %j is found', (value, path) => expect(unstorableAt(value)).toBe(path));
