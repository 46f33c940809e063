import { askWho, isConnectionFault } from '../api/api';
import { wipeDocuments } from '../device/device';
import { isForgotten, readPointer, signOutIsOwed } from '../device/device-pointer';
import { Session } from './session.svelte';
import { askForStart, recallStart, type SessionStart } from './session-start';
import { payOwedSignOut } from './sign-out';
import { visitHere } from '../api/visit';
import { isSignedOut } from '../api/who-am-i';

export type ConsoleState =
  | { state: 'opening' }
  | { state: 'open'; session: Session }
  /** Nobody is, or a step of their sign-in is left. */
  | { state: 'signed-out'; /** Somebody was here before, and did not sign out here. */ ended: boolean }
  /** No answer, and nobody was here before: a connection is needed once. */
  | { state: 'unreachable' };

/**
 * A page that another person's sign-in took over: whose it was and is, and how many edits of the former wait on the
 * device.
 */
export type Succession = { before: string; now: string; waiting: number };

/** A server that did not answer by then is not waited for: the console opens from what the device remembers. */
const PATIENCE_MS = 3_000;

/** Finds out who is here before any page of the console is shown. */
export class ConsoleStart {
  status = $state.raw<ConsoleState>({ state: 'opening' });
  retrying = $state(false);
  /** Succession that the console tells of, until that was read; null: none. */
  succession = $state.raw<Succession | null>(null);
  #stopped = false;

  async open(): Promise<void> {
    this.retrying = true;
    try {
      const start = await findStart();
      if (this.#stopped) return;
      if (start === 'nobody') return void (this.status = { state: 'signed-out', ended: false });
      this.status = start
        ? { state: 'open', session: new Session(start) }
        : signOutIsOwed()
          ? { state: 'signed-out', ended: false }
          : { state: 'unreachable' };
    } catch (error) {
      if (!isSignedOut(error)) {
        if (!this.#stopped) this.status = { state: 'unreachable' };
        if (!isConnectionFault(error)) throw error;
        return;
      }
      if (!this.#stopped) this.status = { state: 'signed-out', ended: true };
      // Whatever this device held was for somebody who is signed in; in a visit that is whoever of staff is here.
      if (!visitHere()) await wipeDocuments();
    } finally {
      this.retrying = false;
    }
  }

  /** Somebody else signed in in this browser: the page becomes theirs. */
  async giveOver(): Promise<void> {
    if (this.status.state !== 'open') return;
    const { me, successor, outbox } = this.status.session;
    if (successor) this.succession = { before: me.name, now: successor.name, waiting: outbox.pendingCount };
    await this.reopen();
  }

  /** Opens the console anew, with what the server says now. */
  async reopen(): Promise<void> {
    if (this.status.state === 'open') this.status.session.destroy();
    this.status = { state: 'opening' };
    await this.open();
  }

  stop(): void {
    this.#stopped = true;
    if (this.status.state === 'open') this.status.session.destroy();
  }
}

/**
 * Finds who is here: as the server says, else as the device remembers; null when neither knows. `nobody`: nobody
 * was here before, and nobody is now. @throws when nobody is any more
 */
async function findStart(): Promise<SessionStart | 'nobody' | null> {
  // Somebody signed out here: nothing opens before the server knows.
  if (signOutIsOwed() && !(await payOwedSignOut())) return null;
  if (visitHere()) return askForStart();
  const pointer = readPointer();
  if (pointer && isForgotten(pointer, Date.now())) await wipeDocuments();
  const recall = () => (pointer && readPointer() ? recallStart(pointer.personId) : Promise.resolve(null));
  if (!navigator.onLine) return recall();
  // Asked of everybody first: what only somebody who is signed in may ask would be errors in the browser's console.
  if (!pointer && (await askWho()) === null) return 'nobody';
  const asked = askForStart();
  const first = await Promise.race([
    asked.catch((error: unknown) => (isConnectionFault(error) ? null : Promise.reject(error))),
    new Promise<null>((resolve) => setTimeout(() => resolve(null), PATIENCE_MS))
  ]);
  return first ?? (await recall()) ?? asked;
}
