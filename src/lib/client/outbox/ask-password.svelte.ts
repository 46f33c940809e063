import { reauthentication } from '../api/reauthentication.svelte';
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
