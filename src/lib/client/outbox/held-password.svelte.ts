import { reauthentication } from '../reauthentication.svelte';
import type { Outbox } from './outbox.svelte';

/** Asks for the password that held changes wait for; whoever asks meanwhile shares the question (AUT-4). */
export function askPassword(): Promise<boolean> {
  const refusal = { code: 'auth/reauthenticate' } as const;
  return reauthentication.mayRepeat({ path: 'outbox', refusal, sentAt: Date.now() });
}

/** Asks for the password; given it, what was held goes on. */
export async function passwordFor(outbox: Outbox): Promise<void> {
  if (await askPassword()) await outbox.release();
}

/** Asks by itself, once, whenever more is held than before and somebody is looking. Returns the function that ends it. */
export function askWhenHeld(outbox: Outbox): () => void {
  let known = 0;
  return $effect.root(() => {
    $effect(() => {
      const held = outbox.held.length;
      if (held > known && document.hasFocus()) void passwordFor(outbox);
      known = held;
    });
  });
}
