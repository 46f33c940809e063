import { expect, test } from 'vitest';
import { ROLE_FIELDS } from '$lib/core/roles/role-history';
import type { OutboxRecord, PartValue, Subject } from './record';
import { checkParts, isPermission, requestOf } from './requests';

const edit = (subject: Subject, values: Record<string, PartValue>): OutboxRecord => {
  const parts = Object.entries(values).map(([key, value]) => [key, { value, from: null, seen: 3 }]);
  const change = { kind: 'edit', parts: Object.fromEntries(parts) } as const;
  return { n: 1, op: 'op', subject, label: 'Support', at: 0, change, stage: { is: 'queued' } };
};

test('[LIV-4] the request of a role holds every part: permissions by what becomes of them, fields by name', () => {
  const parts = { 'a.b': true, 'a.c': false, name: 'Help', description: '', require2fa: true };
  expect(requestOf(edit('role:support', parts))).toEqual({
    procedure: 'roles.edit',
    input: {
      op: 'op',
      id: 'support',
      grant: ['a.b'],
      revoke: ['a.c'],
      name: 'Help',
      description: '',
      require2fa: true,
      seen: 3
    }
  });
});

test('[TEN-4] an edit of a role of users asks for it by its own procedure, with the same parts', () => {
  const parts = { 'a.b': true, 'a.c': false, name: 'Help' };
  const ofStaff = requestOf(edit('role:senders', parts));
  expect(requestOf(edit('user-role:senders', parts))).toEqual({ ...ofStaff, procedure: 'userRoles.edit' });
  expect(() => checkParts('user-role:senders', [{ key: 'nick', value: 'x' }])).toThrow('nick');
});

test.each([
  ['a field that the request has no place for', 'require2faFrom', '2027-01-01T00:00:00.000Z'],
  ['a permission that is neither given nor taken', 'a.b', null]
])('[LIV-8] %s is an error, and not lost without a word', (_, key, value) => {
  const words = new RegExp(
    `^${key.replace('.', '\\.')}, .*, is neither a permission nor a field of a role`,
    'u'
  );
  expect(() => checkParts('role:support', [{ key, value }])).toThrow(words);
  expect(() => requestOf(edit('role:support', { name: 'Help', [key]: value }))).toThrow(words);
});

test.each([
  ['person:p', 'nick', 'neither a cap nor a field of an administrator'],
  ['profile', 'roleId', 'no field of one’s own account']
] as const)('[LIV-4] a part of %s that its request has no place for is an error', (subject, key, words) => {
  expect(() => checkParts(subject, [{ key, value: 'x' }])).toThrow(words);
  expect(() => requestOf(edit(subject, { name: 'Ann', [key]: 'x' }))).toThrow(words);
});

test('no field of a role passes for a permission', () => {
  expect(ROLE_FIELDS.filter(isPermission)).toEqual([]);
  expect(() => checkParts('person:p', [{ key: 'caps.hourly', value: null }])).not.toThrow();
});

test('[TEN-5] an edit of a user’s brand holds each part under its own name; null takes one back', () => {
  const parts = { brandName: 'Orchard', brandAccent: null, brandLogo: 'data:image/png;base64,AAAA' };
  expect(requestOf(edit('user:u', { ...parts, 'caps.daily': 10, ipAllowlist: '' }))).toEqual({
    procedure: 'users.update',
    input: { op: 'op', id: 'u', seen: 3, ...parts, caps: { daily: 10 }, ipAllowlist: [] }
  });
});
