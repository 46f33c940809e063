/** A tree that was signed. */
export type SignedRoot = { size: number; root: Uint8Array };

/**
 * What this process signed last, and which other keys it knows to be good. It does not live in the database: whoever changes
 * that cannot take it back.
 */
export class SignedMemory {
  last: SignedRoot | null = null;
  /** Whether a key that is not ours was handed over to by one of ours, by the key. */
  readonly successors = new Map<string, boolean>();
}
