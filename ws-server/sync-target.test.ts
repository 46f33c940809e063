import { describe, expect, test } from 'vitest';
import { syncTarget } from './sync-target';

describe('what an upgrade asks for', () => {
  test('an upgrade of another path is not ours', () => {
    expect(syncTarget('/trpc')).toBeNull();
    expect(syncTarget('/synchronous/roles')).toBeNull();
    expect(syncTarget('')).toBeNull();
  });

  test('a document is named by the path, its epoch and its reader by the query', () => {
    expect(syncTarget('/sync/role%3Aeditor?epoch=e1')).toEqual({
      name: 'role:editor',
      epoch: 'e1',
      fed: null,
      visit: null
    });
  });

  test('a name that cannot be decoded is no name, and nothing throws', () => {
    expect(syncTarget('/sync/%E0%A4%A')).toEqual({ name: '', epoch: null, fed: null, visit: null });
    expect(syncTarget('/sync')).toEqual({ name: '', epoch: null, fed: null, visit: null });
    expect(syncTarget('/sync/roles?epoch=a?b')?.epoch).toBe('a?b');
  });
});
