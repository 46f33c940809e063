/**
 * Pointer to whoever was here last on this device: an id, a kind and a time, nothing personal. Read before anything
 * else is.
 */
export type DevicePointer = {
  personId: string;
  /** A user, not one of staff; earlier versions did not say. */
  isUser: boolean;
  /** Time at which the server was last heard of, in milliseconds since 1970. */
  contact: number;
};

const POINTER = 'rolecall:here';
const SIGN_OUT = 'rolecall:sign-out';
const GENERATION = 'rolecall:generation';

/** Time without contact after which a device forgets, in milliseconds (SECURITY P-01). */
export const FORGET_AFTER_MS = 7 * 24 * 60 * 60 * 1000;

export function readPointer(): DevicePointer | null {
  try {
    const { personId, contact, isUser } = JSON.parse(read(POINTER) ?? 'null') as Partial<DevicePointer>;
    if (typeof personId !== 'string' || typeof contact !== 'number') return null;
    return { personId, contact, isUser: isUser === true };
  } catch {
    return null;
  }
}

export function writePointer(pointer: DevicePointer): void {
  write(POINTER, JSON.stringify(pointer));
}

export function clearPointer(): void {
  write(POINTER, null);
}

/** True when nothing of this device may be shown any more. A clock that was set back counts as no time at all. */
export function isForgotten(pointer: DevicePointer, now: number): boolean {
  return now - pointer.contact > FORGET_AFTER_MS;
}

/** Somebody signed out here and the server does not know yet. */
export function signOutIsOwed(): boolean {
  return owedSignOut() !== null;
}

/** Id of whoever signed out here without the server knowing yet; null: nobody. */
export function owedSignOut(): string | null {
  return read(SIGN_OUT);
}

export function oweSignOut(personId: string | null): void {
  write(SIGN_OUT, personId);
}

/**
 * Part of the names of databases: after a wipe, new ones are not in the way of those that another tab still lets go
 * of.
 */
export function generation(): string {
  return read(GENERATION) ?? '0';
}

export function nextGeneration(): void {
  write(GENERATION, String(Number(generation()) + 1));
}

// Storage may be blocked: then this device remembers nothing, and asks the server each time.
function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function write(key: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    // See above.
  }
}
