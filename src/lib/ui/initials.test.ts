import { expect, test } from 'vitest';
import { initials } from './initials';

test.each([
  ['Élodie Marchand', 'ÉM'],
  ['root@example.com', 'R'],
  ['  ', '?'],
  ['🇬🇧', '🇬🇧'],
  ['👩‍🔧 On call', '👩‍🔧C'],
  ['e\u0301lodie marchand', 'E\u0301M'],
  ['नि ति', 'निति'],
  ['ß', 'S']
])('initials of “%s” are whole letters', (name, letters) => {
  expect(initials(name)).toBe(letters);
});
