import { expect, test } from 'vitest';
import { illFormedAt } from './ill-formed';

test.each([
  [{ a: 'x', b: ['y', 1, null, true] }, null],
  [undefined, null],
  ['\ud800', 'input'],
  [{ name: 'x\udc00' }, 'name'],
  [{ rows: [{ name: 'x' }, { name: '\udfff\ud800' }] }, 'rows.1.name'],
  [{ '\ud800': 1 }, 'input'],
  [{ name: '🏴‍☠️' }, null]
])('half a character in %j is found', (value, path) => expect(illFormedAt(value)).toBe(path));
