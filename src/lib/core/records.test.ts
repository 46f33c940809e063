import { expect, test } from 'vitest';
import { idInRef, partsOfRef } from './records';

test.each([
  ['role:support', 'role', 'support'],
  ['person:0192a', 'person', '0192a'],
  ['settings:caps', 'settings', 'caps'],
  ['role:a:b', 'role', 'a:b'],
  ['roles', 'roles', ''],
  ['role:', 'role', '']
])('%s has the kind %s and the id "%s"', (ref, kind, id) => {
  expect(partsOfRef(ref)).toEqual({ kind, id });
});

test('an id is read from names of its kind alone', () => {
  expect(idInRef('role:support', 'role')).toBe('support');
  expect(idInRef('roles', 'role')).toBeNull();
  expect(idInRef('role:', 'role')).toBeNull();
  expect(idInRef('person:support', 'role')).toBeNull();
  expect(idInRef('session:1', 'session')).toBe('1');
});
