import { readActingAs, writeActingAs, type ActingAs } from '$lib/protocol/acting-as';

// One of staff signed in as a user does it in one tab, beside their own console in the others: a tab remembers for
// itself whose place it is in (TEN-6). Nothing of it is kept on the device.

const HERE = 'rolecall.visit';
const OVER = 'rolecall.visit-over';

/** User in whose place this page was opened; null: nobody. It stays so as long as the page lives. */
const here = read();

export function visitHere(): ActingAs | null {
  return here;
}

/** The page was brought back from where the browser keeps pages, into a tab that is in another place by now. */
export function isElsewhere(): boolean {
  return read()?.sid !== here?.sid;
}

/** Opens the user's console in this tab. @throws where the browser lets pages keep nothing */
export function openVisit(as: ActingAs): void {
  sessionStorage.setItem(HERE, writeActingAs(as));
  location.assign('/');
}

/** Goes back to the user's page, as oneself. `over`: it ended by itself, which is said there. */
export function closeVisit({ over }: { over: boolean }): void {
  sessionStorage.removeItem(HERE);
  if (over) sessionStorage.setItem(OVER, '1');
  location.replace(here ? `/users/${here.personId}` : '/');
}

/** True if a visit ended by itself just now in this tab; said once. */
export function wasOver(): boolean {
  if (typeof sessionStorage === 'undefined' || sessionStorage.getItem(OVER) === null) return false;
  sessionStorage.removeItem(OVER);
  return true;
}

function read(): ActingAs | null {
  // The service worker has none, and some browsers are told to give none.
  try {
    const text = sessionStorage.getItem(HERE);
    return text === null ? null : readActingAs(text);
  } catch {
    return null;
  }
}
