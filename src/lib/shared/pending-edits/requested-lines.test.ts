import { expect, test } from 'vitest';
import { indexCatalogue } from '$lib/core/access/catalogue';
import { requestedLines } from './requested-lines';

const action = (id: string, kind: 'read' | 'write' | 'destructive', more: object = {}) => ({
  id,
  label: id,
  kind,
  ...more
});
const actions = [
  action('a.view', 'read'),
  action('a.delete', 'destructive'),
  action('a.export', 'read', { sensitive: true })
];
const catalogue = indexCatalogue({
  version: 1,
  areas: [{ id: 'a', label: 'A', groups: [{ id: 'a.g', label: 'Things', actions }] }],
  roles: []
});
const known = { catalogue, roleName: (id: string) => `the role ${id}` };
const unknown = () => undefined;

test('[UX-7] each thing that is asked for is a line: what destroys or is sensitive first, fields with old and new', () => {
  const input = { id: 'r', seen: 1, grant: ['a.view', 'a.export'], revoke: ['a.delete'], name: 'New' };
  const now = (key: string) => (key === 'name' ? 'Old' : undefined);
  const lines = requestedLines({ procedure: 'roles.edit', input }, 'role:r', now, known);
  expect(lines).toMatchObject([
    { name: 'Name', is: 'field', old: 'Old', value: 'New' },
    { name: 'Things › a.export', on: true, action: { sensitive: true } },
    { name: 'Things › a.delete', on: false, action: { kind: 'destructive' } },
    { name: 'Things › a.view', on: true }
  ]);
});

test('[UX-7] of an account the role is named, and a cap; of a new role all its permissions', () => {
  const asked = {
    procedure: 'administrators.update',
    input: { id: 'p', seen: 1, roleId: 'x', caps: { daily: 5 } }
  } as const;
  expect(requestedLines(asked, 'person:p', unknown, known)).toMatchObject([
    { name: 'Role', old: null, value: 'the role x' },
    { key: 'caps.daily', value: '5' }
  ]);
  const input = { name: 'N', permissions: ['a.view', 'a.gone'] };
  expect(requestedLines({ procedure: 'roles.create', input }, 'roles', unknown, known)).toMatchObject([
    { name: 'Things › a.view', on: true },
    { name: 'a.gone', action: null }
  ]);
  expect(requestedLines({ procedure: 'roles.delete', input: { id: 'r' } }, 'role:r', unknown, known)).toEqual(
    []
  );
});
