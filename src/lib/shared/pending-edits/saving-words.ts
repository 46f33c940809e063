import type { Outbox } from '$lib/client/outbox/outbox.svelte';
import { counted } from '$lib/ui/counted';

// Said where something is saved, by pages whose first look has no use for the words of every change.

/** Message on an edit whose author would not give their password: what they typed is still in the form. */
export const GIVEN_UP = 'Nothing was changed: this requires your password.';

/** Message on a change that has to wait, and on what it waits for. */
export function keptWords({
  awaitingPassword,
  loaded,
  volatile,
  waiting
}: Pick<Outbox, 'awaitingPassword' | 'loaded' | 'volatile' | 'waiting'>): string {
  if (volatile || !loaded) return 'Kept only while this page is open';
  if (waiting) return 'Saved on this device until you’re back online';
  return awaitingPassword.length > 0
    ? 'Saved on this device until you enter your password'
    : 'Saved on this device, sending';
}

/** "2 changes are waiting"; null for none. */
export function waitingWords(count: number): string | null {
  if (count === 0) return null;
  return count === 1 ? '1 change is waiting' : `${counted(count)} changes are waiting`;
}
