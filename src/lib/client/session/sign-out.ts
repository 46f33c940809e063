import { api, askWho } from '../api/api';
import { closeVisit, visitHere } from '../api/visit';
import { announceOver, wipeDevice } from '../device/device';
import { oweSignOut, owedSignOut, signOutIsOwed } from '../device/device-pointer';
import { draftsOf } from './drafts';

/** Note that pages of the version before left instead of a person's id. */
const OF_ANYBODY = '1';

let paying: Promise<boolean> | null = null;

/**
 * Ends the session on the server for somebody who signed out here, when that could not be done yet. Nothing else is
 * asked of the server before: until then this browser still holds their cookie.
 * @returns false when there is still no connection
 */
export function payOwedSignOut(): Promise<boolean> {
  if (!signOutIsOwed()) return Promise.resolve(true);
  paying ??= pay().finally(() => (paying = null));
  return paying;
}

async function pay(): Promise<boolean> {
  // In a user's place this tab speaks for the user: it goes back to its own place first, and pays there.
  if (visitHere()) {
    closeVisit({ over: true });
    return false;
  }
  try {
    // This device was cleared by its own hand. The browser would take away what others left here to be sent, too,
    // and the app from under the page that is using it.
    const [owed, as] = [owedSignOut(), await askWho()];
    // Whoever signed in in another page since then ended that session by doing so: theirs goes on.
    if (as !== null && (as.personId === owed || owed === OF_ANYBODY))
      await api.auth.signOut.mutate({ keepStorage: true }, { context: { as } });
    oweSignOut(null);
    return true;
  } catch {
    return false;
  }
}

/**
 * Signs out on this device, at once and without a connection, too; the server hears of it now or at the next
 * contact.
 */
export async function signOutHere(personId: string): Promise<void> {
  oweSignOut(personId);
  announceOver();
  draftsOf(personId).forget();
  await wipeDevice(personId);
  void payOwedSignOut();
}

/**
 * Ends what one of staff sees in a user's place, back to oneself. Without an answer it ends when its time is over;
 * this page is out of it at once. `destroy` closes the page's session.
 */
export async function leaveVisit(destroy: () => void): Promise<void> {
  await api.auth.signOut.mutate({ keepStorage: true }).catch(() => undefined);
  destroy();
  closeVisit({ over: false });
}

/**
 * Whoever was here in the user's place signed out in this browser, also without a connection: this page shows
 * nothing any more.
 */
export function endVisit(destroy: () => void): void {
  destroy();
  closeVisit({ over: true });
}
