/** Subject of an entry, shown as its shape where its outcome has none. */
export type ActionShape =
  'joined' | 'person' | 'owner' | 'role' | 'handover' | 'setting' | 'key' | 'log' | 'system' | 'credential';

/** Shapes by the first part of an action's id, or all of it. */
const SHAPES: Record<string, ActionShape> = {
  'administrator.created': 'joined',
  administrator: 'person',
  'user.created': 'joined',
  user: 'person',
  package: 'setting',
  ownership: 'owner',
  role: 'role',
  handover: 'handover',
  settings: 'setting',
  key: 'key',
  'audit.key.adopt': 'key',
  'audit.key.rotate': 'key',
  log: 'log',
  audit: 'system',
  database: 'system',
  catalogue: 'system',
  setup: 'system',
  auth: 'credential',
  session: 'credential'
};

/**
 * Shape of an action, by its subject: a person, a role, a key, a setting, the system. One of a later version looks
 * like a key.
 */
export function actionShape(action: string): ActionShape {
  return SHAPES[action] ?? SHAPES[action.split('.')[0] ?? ''] ?? 'key';
}
