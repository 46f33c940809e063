import { api } from './api';
import { appUpdate } from './app-update.svelte';
import { othersWait, tellOver, wipeDevice } from './device';
import { oweSignOut, signOutIsOwed } from './device-pointer';

let paying: Promise<boolean> | null = null;

/**
 * Ends the session on the server for somebody who signed out here, when that could not be done yet. Nothing else is asked of the
 * server before: until then this browser still holds their cookie.
 * @returns false when there is still no connection
 */
export function payOwedSignOut(): Promise<boolean> {
  if (!signOutIsOwed()) return Promise.resolve(true);
  paying ??= pay().finally(() => (paying = null));
  return paying;
}

async function pay(): Promise<boolean> {
  try {
    // The browser would clear what others left here to be sent, too.
    await api.auth.signOut.mutate((await othersWait(null)) ? { keepStorage: true } : undefined);
    oweSignOut(false);
    // The app itself was cleared with the rest.
    await appUpdate.register();
    return true;
  } catch {
    return false;
  }
}

/** Signs out on this device, at once and without a connection, too; the server hears of it now or at the next contact. */
export async function signOutHere(personId: string): Promise<void> {
  oweSignOut(true);
  tellOver();
  await wipeDevice(personId);
  void payOwedSignOut();
}
