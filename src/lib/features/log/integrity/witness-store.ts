import type { HeldCheckpoint } from '$lib/core/log/witness';

/**
 * It stays when somebody signs out: a checkpoint is public, says nothing about anybody, and is worth the more the
 * longer it is kept by many.
 */
const KEY = 'rolecall:log-witness';

/**
 * The checkpoint verified last; that the log was restored since, until somebody read so. Sizes of the log, in
 * entries.
 */
type Stored = { held: HeldCheckpoint; restored?: { seen: number; now: number } };

/** Witness for as long as the page is open, where storage is blocked. */
let inMemory: string | null = null;

/** Witness that this device holds of the log; null when it holds none. */
export function read(): Stored | null {
  try {
    const stored = JSON.parse(storedText() ?? 'null') as Partial<Stored> | null;
    const { epoch, vkey, note } = stored?.held ?? {};
    const whole = [epoch, vkey, note].every((each) => typeof each === 'string');
    return whole ? (stored as Stored) : null;
  } catch {
    return null;
  }
}

function storedText(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return inMemory;
  }
}

export function write(stored: Stored): void {
  inMemory = JSON.stringify(stored);
  try {
    localStorage.setItem(KEY, inMemory);
  } catch {
    // Storage is blocked: memory has it.
  }
}
