import { isSignedBy, readKey } from './note.mjs';

/**
 * Key that may sign at this place of the log. Another one takes over when an entry announced it and a checkpoint
 * carries the signatures of both.
 */
export class KeyChain {
  /** @type {import('./note.mjs').Key | null} */
  #current;
  /** @type {import('./note.mjs').Key | null} */
  #announced = null;
  /** Keys that signed, in order. @type {string[]} */
  known = [];

  /** @param {string | undefined} vkey */
  constructor(vkey) {
    this.#current = vkey === undefined ? null : readKey(vkey);
    if (this.#current) this.known.push(this.#current.vkey);
  }

  get isEmpty() {
    return this.#current === null;
  }

  /** An entry about keys. @param {import('./check-entry.mjs').Body} body */
  announce(body) {
    if (body.action !== 'audit.key.rotate' || body.outcome !== 'success' || !Array.isArray(body.change))
      return;
    const change = body.change.find((one) => one?.path === 'vkey');
    if (change && change.old === this.#current?.vkey && typeof change.new === 'string')
      this.#announced = readKey(change.new);
  }

  /**
   * @param {import('./note.mjs').Checkpoint} checkpoint
   * @returns {string | null} what is wrong with its signatures
   */
  check(checkpoint) {
    if (this.#current === null) return 'there is no key to check it with';
    if (!isSignedBy(checkpoint, this.#current)) return `it is not signed by ${this.#current.vkey}`;
    const other = checkpoint.signatures.filter(({ keyId }) => keyId !== this.#current?.keyId);
    if (other.length === 0) return null;
    if (this.#announced === null || !isSignedBy(checkpoint, this.#announced))
      return 'it is signed by a key that no entry announced';
    this.#current = this.#announced;
    this.#announced = null;
    this.known.push(this.#current.vkey);
    return null;
  }
}
