import { expect, test } from 'vitest';
import { keepComposingKeys } from './composing';

/** A key as a browser says it; Node knows no KeyboardEvent. */
const pressed = (facts: { key: string; isComposing?: boolean; keyCode?: number }) =>
  Object.assign(new Event('keydown', { cancelable: true }), { isComposing: false, keyCode: 0, ...facts });

test('[UX-1] keys of an input method are the field’s alone: no dialog, menu or shortcut hears of them', () => {
  const page = new EventTarget() as unknown as Window;
  const stop = keepComposingKeys(page);
  const heard: string[] = [];
  page.addEventListener('keydown', ({ key }) => heard.push(key));
  const ended = pressed({ key: 'Escape', isComposing: true });
  page.dispatchEvent(ended);
  page.dispatchEvent(pressed({ key: 'Enter', keyCode: 229 }));
  expect(heard).toEqual([]);
  // The method itself, and the field, get it.
  expect(ended.defaultPrevented).toBe(false);
  page.dispatchEvent(pressed({ key: 'Escape' }));
  expect(heard).toEqual(['Escape']);
  stop();
  page.dispatchEvent(pressed({ key: 'a', isComposing: true }));
  expect(heard).toEqual(['Escape', 'a']);
});
