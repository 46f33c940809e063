import { expect, test } from 'vitest';
import { asOwn, changeOf, type RequestedChange } from './requested-change';

// [LIV-8, TEN-4] What was handed on of a role of users comes back as a change of one, and of nothing else.

const edit = (procedure: 'roles.edit' | 'userRoles.edit'): RequestedChange => ({
  procedure,
  input: { id: 'senders', seen: 3, grant: ['a.b'], name: 'Senders' }
});

test('an edit is kept as parts of the role of its kind', () => {
  const ofUsers = changeOf(edit('userRoles.edit'));
  expect(ofUsers.subject).toBe('user-role:senders');
  expect(ofUsers.change).toEqual(changeOf(edit('roles.edit')).change);
  expect(ofUsers.change).toMatchObject({ kind: 'edit', parts: { 'a.b': { value: true, seen: 3 } } });
  expect(changeOf(edit('roles.edit')).subject).toBe('role:senders');
});

test('what is done as a whole stays a command, of the list where there is no role yet', () => {
  expect(changeOf({ procedure: 'userRoles.create', input: { name: 'New' } })).toMatchObject({
    subject: 'userRoles',
    change: { kind: 'command', procedure: 'userRoles.create' }
  });
  expect(changeOf({ procedure: 'userRoles.delete', input: { id: 'senders' } })).toMatchObject({
    subject: 'user-role:senders',
    change: { kind: 'command', procedure: 'userRoles.delete' }
  });
});

test('in one’s own name it is judged by the version that one has on screen', () => {
  expect(asOwn(edit('userRoles.edit'), 9).input).toMatchObject({ seen: 9 });
  expect(asOwn({ procedure: 'userRoles.restore', input: { id: 'senders', seq: 2 } }, 9).input).toEqual({
    id: 'senders',
    seq: 2,
    seen: 9
  });
  expect(asOwn({ procedure: 'userRoles.delete', input: { id: 'senders' } }, 9).input).toEqual({
    id: 'senders'
  });
});
