import type { ActingAs } from '$lib/protocol/acting-as';

/** Source of the session in which something of a person's is sent. */
export type Hands = {
  /** Null: their session is not here. @throws when that is not known, and nobody answers */
  now(): Promise<ActingAs | null>;
  /** The same, asked anew: the server refused the one before. */
  again(): Promise<ActingAs | null>;
};

/** Asks the server who is here; null: nobody. @throws without an answer */
export type AskWho = () => Promise<ActingAs | null>;

/**
 * Identity of this page: whose it is. Every request it makes says so, and is refused in any other session: the
 * pages of a browser share one cookie, and another page may have signed somebody else in (LIV-5, LIV-9). The same
 * person may have another session by then: the page goes on in it.
 */
export class PageIdentity {
  readonly #ask: AskWho;
  readonly #listeners = new Set<() => void>();
  #personId: string | null = null;
  /** Null while no answer of the server has named it: nothing of it is kept on the device. */
  #session: ActingAs | null = null;

  constructor(ask: AskWho) {
    this.#ask = ask;
  }

  /** The server said whose page this is. True when that is news. */
  become(as: ActingAs): boolean {
    const isNews = this.#session?.sid !== as.sid || this.#personId !== as.personId;
    this.#personId = as.personId;
    this.#session = as;
    return isNews;
  }

  /** The page opens from what the device remembers of somebody: in which session is not known yet. */
  expect(personId: string): void {
    this.#personId = personId;
    this.#session = null;
  }

  /** The page is nobody's any more; `personId`: unless it is somebody else's by now. */
  leave(personId = this.#personId): void {
    if (this.#personId === personId) this.#personId = this.#session = null;
  }

  /** Calls back when the page's person is not here any more. The result ends it. */
  onElsewhere(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Session in which this page's own requests are sent; null when it is nobody's page. */
  hands(): Hands | null {
    return this.#personId === null ? null : this.handsOf(this.#personId);
  }

  /** Session in which something of one person's is sent: never in another's, whatever becomes of the page. */
  handsOf(personId: string): Hands {
    const again = () => this.#again(personId);
    return {
      now: () => {
        if (this.#personId !== personId) return Promise.resolve(null);
        return this.#session ? Promise.resolve(this.#session) : again();
      },
      again
    };
  }

  async #again(personId: string): Promise<ActingAs | null> {
    if (this.#personId !== personId) return null;
    const here = await this.#ask();
    if (this.#personId !== personId) return null;
    if (here?.personId === personId) return (this.#session = here);
    for (const listener of this.#listeners) listener();
    return null;
  }
}
