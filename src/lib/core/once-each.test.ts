import { expect, test, vi } from 'vitest';
import { onceEach } from './once-each';

test('what is worked out of an object is worked out once, of another one anew, whatever comes of it', () => {
  const make = vi.fn((of: { name?: string }) => of.name);
  const nameOf = onceEach(make);
  const [named, unnamed] = [{ name: 'Ana' }, {}];
  expect([nameOf(named), nameOf(named), nameOf(unnamed), nameOf(unnamed)]).toEqual([
    'Ana',
    'Ana',
    undefined,
    undefined
  ]);
  expect(make).toHaveBeenCalledTimes(2);
});
