import { expect, test, vi } from 'vitest';
import { roleKey } from './role-keys';

vi.stubGlobal('HTMLElement', class {});

const press = (key: string, code: string, held: Partial<KeyboardEvent> = {}) =>
  roleKey({
    key,
    code,
    ctrlKey: false,
    metaKey: false,
    altKey: false,
    shiftKey: false,
    ...held
  } as KeyboardEvent);

test.each([
  ['z', 'KeyZ', { ctrlKey: true }, 'undo'],
  ['я', 'KeyZ', { ctrlKey: true }, 'undo'],
  ['Я', 'KeyZ', { metaKey: true, shiftKey: true }, 'redo'],
  ['н', 'KeyY', { ctrlKey: true }, 'redo'],
  ['z', 'KeyY', { ctrlKey: true }, 'undo'],
  ['/', 'Slash', {}, 'search'],
  ['я', 'KeyZ', {}, null]
])('[UX-1] %s at %s with %o on the page of a role: %s', (key, code, held, purpose) => {
  expect(press(key, code, held)).toBe(purpose);
});
