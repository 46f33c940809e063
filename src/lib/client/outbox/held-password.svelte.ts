import { reauthentication } from '../reauthentication.svelte';
import type { Outbox } from './outbox.svelte';

/** Asks for the password that held changes wait for; given it, they go on (AUT-4). */
export async function passwordFor(outbox: Outbox): Promise<void> {
  const proved = await reauthentication.mayRepeat({
    path: 'outbox',
    refusal: { code: 'auth/reauthenticate' },
    sentAt: Date.now()
  });
  if (proved) await outbox.release();
}

/** Asks by itself, once, whenever more is held than before and somebody is looking. Call it in an effect. */
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
