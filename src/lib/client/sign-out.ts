import { api } from './api';
import { tellOver, wipeDevice } from './device';
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
    // This device was cleared by its own hand. The browser would take away what others left here to be sent, too, and the app
    // from under the page that is using it.
    await api.auth.signOut.mutate({ keepStorage: true });
    oweSignOut(false);
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
