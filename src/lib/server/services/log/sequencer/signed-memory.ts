/** A tree that was signed. */
export type SignedRoot = { size: number; root: Uint8Array };

/**
 * Memory of what this process signed last, and of the other keys it knows to be good. It does not live in the
 * database: whoever changes the database cannot take it back.
 */
export class SignedMemory {
  last: SignedRoot | null = null;
  /** True for each key that is not ours to which one of ours handed over; false for the others. By the key. */
  readonly successors = new Map<string, boolean>();
}
