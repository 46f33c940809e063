import { refusalOf } from './api';
import { Session } from './session.svelte';

export type ConsoleState =
  | { state: 'opening' }
  | { state: 'open'; session: Session }
  /** Nobody is, or a step of their sign-in is left. */
  | { state: 'signed-out' }
  /** No answer: a connection is needed once. */
  | { state: 'unreachable' };

/** Finds out who is here before any page of the console is shown. */
export class ConsoleStart {
  status = $state.raw<ConsoleState>({ state: 'opening' });
  retrying = $state(false);
  #stopped = false;

  async open(): Promise<void> {
    this.retrying = true;
    try {
      const session = await Session.open();
      if (this.#stopped) session.destroy();
      else this.status = { state: 'open', session };
    } catch (error) {
      if (this.#stopped) return;
      const code = refusalOf(error)?.code;
      const signedOut = code === 'auth/signed-out' || code === 'auth/step-required';
      this.status = { state: signedOut ? 'signed-out' : 'unreachable' };
    } finally {
      this.retrying = false;
    }
  }

  stop(): void {
    this.#stopped = true;
    if (this.status.state === 'open') this.status.session.destroy();
  }
}
