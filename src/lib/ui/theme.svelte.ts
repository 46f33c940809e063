import { createSubscriber } from 'svelte/reactivity';

/** Theme that a person may choose; `system` follows the device. */
export type ThemeChoice = 'light' | 'dark' | 'system';

const KEY = 'rolecall:theme';
// Announced to static/theme.js, which alone decides what stands on <html>.
const EVENT = 'rolecall:theme';

const subscribe = createSubscriber((update) => {
  addEventListener('storage', update);
  addEventListener(EVENT, update);
  return () => {
    removeEventListener('storage', update);
    removeEventListener(EVENT, update);
  };
});

/** The person's stored choice, reactive across tabs; `system` on the server and where storage is blocked. */
export function themeChoice(): ThemeChoice {
  if (typeof window === 'undefined') return 'system';
  subscribe();
  try {
    const stored = localStorage.getItem(KEY);
    return stored === 'light' || stored === 'dark' ? stored : 'system';
  } catch {
    return 'system';
  }
}

/** Stores a choice on this device and applies it at once. */
export function chooseTheme(choice: ThemeChoice): void {
  try {
    if (choice === 'system') localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, choice);
  } catch {
    // Storage is blocked: nothing to remember, and theme.js keeps to the system.
  }
  window.dispatchEvent(new Event(EVENT));
}
