import { expect, test } from 'vitest';
import { AUDIT_ACTIONS } from '$lib/core/log/actions';
import { actionShape } from './action-shape';

test('[LOG-3] people, roles, keys, settings and the system have shapes of their own', () => {
  const shapes = [
    'administrator.created',
    'role.edited',
    'key.rotated',
    'settings.changed',
    'database.migrated'
  ];
  expect(new Set(shapes.map(actionShape)).size).toBe(shapes.length);
});

test('[LOG-3] every action has a shape, one of a later version too', () => {
  for (const action of [...Object.keys(AUDIT_ACTIONS), 'something.new'])
    expect(actionShape(action)).toBeDefined();
});
