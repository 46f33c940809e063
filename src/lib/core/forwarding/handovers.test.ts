import { describe, expect, test } from 'vitest';
import {
  decideEnd,
  decideHandOver,
  handoverSubject,
  mayReadSubject,
  MOST_AN_HOUR,
  MOST_OPEN
} from './handovers';

const omar = { id: 'omar' };
const priya = { id: 'priya', name: 'Priya', standing: 'active', mayRead: true } as const;
const quiet = { open: 0, lastHour: 0 };

describe('[LIV-8] who may be handed a change', () => {
  test('somebody else who is here and may see what it is about', () => {
    expect(decideHandOver(omar, priya, quiet)).toBeNull();
    expect(decideHandOver(omar, priya, { open: MOST_OPEN - 1, lastHour: MOST_AN_HOUR - 1 })).toBeNull();
  });

  test.each([
    ['oneself', { ...priya, id: 'omar' }, quiet],
    ['somebody suspended', { ...priya, standing: 'suspended' as const }, quiet],
    ['somebody who is gone', { ...priya, standing: 'gone' as const }, quiet],
    ['somebody who may not see it', { ...priya, mayRead: false }, quiet],
    ['somebody for whom enough waits', priya, { open: MOST_OPEN, lastHour: 0 }],
    ['somebody who was sent enough, taken back or not', priya, { open: 0, lastHour: MOST_AN_HOUR }]
  ])('not %s, and the refusal names the field', (_, recipient, waiting) => {
    expect(decideHandOver(omar, recipient, waiting)).toMatchObject({ code: 'input/invalid', field: 'to' });
  });
});

describe('[LIV-8] who ends a hand-over', () => {
  const open = { fromId: 'omar', toId: 'priya', state: 'open' } as const;

  test('its recipient applies or declines, its sender takes back; nobody else learns that it is there', () => {
    expect(decideEnd({ id: 'priya' }, open, 'applied')).toBeNull();
    expect(decideEnd({ id: 'priya' }, open, 'declined')).toBeNull();
    expect(decideEnd(omar, open, 'withdrawn')).toBeNull();
    const absent = { code: 'not-found', what: 'hand-over' };
    expect(decideEnd(omar, open, 'applied')).toEqual(absent);
    expect(decideEnd({ id: 'priya' }, open, 'withdrawn')).toEqual(absent);
    expect(decideEnd({ id: 'eve' }, { ...open, state: 'applied' }, 'declined')).toEqual(absent);
  });

  test.each(['applied', 'declined', 'withdrawn'] as const)('once: what is %s stays so', (state) => {
    const told = { code: 'conflict/ended', state };
    expect(decideEnd({ id: 'priya' }, { ...open, state }, 'applied')).toEqual(told);
    expect(decideEnd(omar, { ...open, state }, 'withdrawn')).toEqual(told);
  });
});

test('[LIV-8] who may read what a hand-over is about is who may read its documents', () => {
  const reader = (roleId: string, ...permissions: string[]) => ({
    roleId,
    permissions: new Set(permissions)
  });
  const role = handoverSubject('roles.edit', { id: 'support' });
  expect(mayReadSubject(reader('support'), role)).toBe(true);
  expect(mayReadSubject(reader('analyst'), role)).toBe(false);
  expect(mayReadSubject(reader('analyst', 'people.roles.view'), role)).toBe(true);
  const person = handoverSubject('administrators.suspend', { id: 'someone' });
  expect(mayReadSubject(reader('support', 'people.roles.view'), person)).toBe(false);
  expect(mayReadSubject(reader('support', 'people.administrators.view'), person)).toBe(true);
  expect(mayReadSubject(reader('support'), handoverSubject('roles.create', {}))).toBe(false);
});
