import { expect, test } from 'vitest';
import { COMMANDS } from '../../../../core/commands';
import { DECLARED_PROCEDURES } from '../../../../../../tests/support/declared-procedures';
import { ATTEMPTS } from './attempts';

test('[LOG-1] whatever can be denied has words in the log, never the name of a procedure', () => {
  const withPermission = Object.entries(DECLARED_PROCEDURES)
    .filter(([, { access, depends }]) => typeof access === 'object' || depends !== undefined)
    .map(([name]) => name);
  expect(withPermission.length).toBeGreaterThan(100);
  const names = new Set([...Object.keys(COMMANDS), ...withPermission]);
  expect([...names].filter((name) => !Object.hasOwn(ATTEMPTS, name)).sort()).toEqual([]);
});

test('words are of procedures that there are', () => {
  // The file of usage is fetched from an address of its own.
  const known = new Set([...Object.keys(COMMANDS), ...Object.keys(DECLARED_PROCEDURES), 'caps.export']);
  expect(Object.keys(ATTEMPTS).filter((name) => !known.has(name))).toEqual([]);
});
