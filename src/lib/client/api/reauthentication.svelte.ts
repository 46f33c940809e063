import type { RefusedCall } from './repeating-link';

/**
 * Sensitive steps ask for the password again (AUT-4). Whatever is refused for that reason waits here until the
 * dialog is through: one dialog for all calls that wait, and every call is then sent again by itself.
 */
export class Reauthentication {
  /** Somebody is being asked. */
  asking = $state(false);
  #dialogs = $state(0);
  #waiting: { promise: Promise<boolean>; settle: (proved: boolean) => void } | null = null;
  #provedAt = 0;

  /** There is a dialog that can ask; call the result when it is gone. */
  attach(): () => void {
    this.#dialogs++;
    return () => {
      this.#dialogs--;
      if (this.#dialogs === 0) this.settle(false);
    };
  }

  /** Resolves to true if a refused call may be sent again: once the password was proved. */
  readonly mayRepeat = async ({ refusal, sentAt }: RefusedCall): Promise<boolean> => {
    if (refusal.code !== 'auth/reauthenticate') return false;
    // It was on its way while the password was being proved.
    if (sentAt < this.#provedAt) return true;
    if (this.#dialogs === 0) return false;
    this.#waiting ??= pending();
    this.asking = true;
    return this.#waiting.promise;
  };

  /** The dialog is through: with the password proved, or given up. */
  settle(proved: boolean): void {
    if (proved) this.#provedAt = Date.now();
    this.asking = false;
    this.#waiting?.settle(proved);
    this.#waiting = null;
  }
}

function pending(): { promise: Promise<boolean>; settle: (proved: boolean) => void } {
  let settle: (proved: boolean) => void = () => undefined;
  const promise = new Promise<boolean>((resolve) => (settle = resolve));
  return { promise, settle };
}

/** The one of this page: calls are made from everywhere. */
export const reauthentication = new Reauthentication();
