import { expect, test } from 'vitest';
import { shortcutLetter } from './shortcut-letter';

test.each([
  ['k', 'KeyK', 'k', 'a Latin letter'],
  ['K', 'KeyK', 'k', 'a capital'],
  ['z', 'KeyY', 'z', 'German: what is typed counts'],
  ['k', 'KeyV', 'k', 'Dvorak: what is typed counts'],
  ['л', 'KeyK', 'k', 'Russian'],
  ['Я', 'KeyZ', 'z', 'Russian, with Shift'],
  ['κ', 'KeyK', 'k', 'Greek'],
  ['ن', 'KeyK', 'k', 'Arabic'],
  ['ж', 'Semicolon', 'ж', 'a place without a letter'],
  ['ö', 'Semicolon', 'ö', 'German, a letter beside the others'],
  ['/', 'Digit7', '/', 'a mark'],
  ['Escape', 'Escape', 'Escape', 'another key'],
  ['Process', 'KeyK', 'Process', 'an input method']
])('%s at %s is %s: %s', (key, code, letter) => {
  expect(shortcutLetter({ key, code })).toBe(letter);
});
