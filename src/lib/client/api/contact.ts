/** Hears of requests that got no answer: `what` happened, as a sentence. */
export type FaultListener = (what: string) => void;

/**
 * Contact with the server: whether it answers requests. A socket may look open for half a minute after the way to
 * the server is gone; a request that fails says so at once.
 */
export class Contact {
  readonly #listeners = new Set<FaultListener>();

  /** Call the result to stop. */
  onFault(listener: FaultListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** A request failed, or its answer is late. */
  fault(what: string): void {
    for (const listener of this.#listeners) listener(what);
  }
}

/** The one of this page: requests are sent from everywhere. */
export const contact = new Contact();

const PROBE_MS = 3_000;

/** Asks the server for a sign of life. */
export async function isAnswering(): Promise<boolean> {
  if (!navigator.onLine) return false;
  try {
    await fetch('/livez', { cache: 'no-store', signal: AbortSignal.timeout(PROBE_MS) });
    return true;
  } catch {
    return false;
  }
}
