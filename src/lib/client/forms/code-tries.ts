import { refusalOf } from '../api/api';

/**
 * The last code that the server called wrong. The sixth digit sends a code by itself, and *Verify* right after it
 * sends what is still in the field: the same code once more would be a second wrong try of a few (AUT-6).
 */
export class CodeTries {
  #wrong: string | null = null;

  isWrong(code: string): boolean {
    return code === this.#wrong;
  }

  /** Sends a code and remembers whether it was wrong. @throws what `send` throws */
  async give<T>(code: string, send: () => Promise<T>): Promise<T> {
    try {
      return await send();
    } catch (error) {
      if (refusalOf(error)?.code === 'auth/wrong-code') this.#wrong = code;
      throw error;
    }
  }
}
