import { expect, test } from 'vitest';
import type { DocumentName } from '$lib/protocol/documents';
import { remedyHref } from './remedy-href';

const role = { id: 'support', name: 'Support' };
const at = (...given: Parameters<typeof remedyHref> extends [infer R, infer S, unknown] ? [R, S] : never) => {
  const everything = remedyHref(...given, () => true);
  const asked: DocumentName[] = [];
  expect(remedyHref(...given, (document) => asked.push(document) < 0)).toBeNull();
  return [everything, ...asked];
};

test('[ACC-7] a step leads to where it is taken, for those who may see the page', () => {
  const person = { type: 'administrator', id: 'p' } as const;
  expect(at({ kind: 'add', role }, person)).toEqual(['/roles/support', 'roles']);
  expect(at({ kind: 'assign', role }, person)).toEqual(['/administrators/p', 'people']);
  expect(at({ kind: 'steward', role: null }, { type: 'application', id: 'a' })).toEqual([
    '/applications/a',
    'applications'
  ]);
  expect(at({ kind: 'owner', role: null }, person)).toEqual([null]);
});

test('[QUO-8] whoever sees how everybody sends is led to where sending is resumed', () => {
  expect(at({ kind: 'resume', role: null }, null)).toEqual(['/sending', 'gauges']);
});

test('[TEN-4] a role of users is reached by those who may see such roles', () => {
  const user = { type: 'user', id: 'u' } as const;
  expect(at({ kind: 'add', role }, user)).toEqual(['/roles/support?for=users', 'userRoles']);
  expect(at({ kind: 'package', role: null }, user)).toEqual(['/users/u', 'users']);
});
