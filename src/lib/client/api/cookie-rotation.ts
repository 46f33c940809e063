import type { RefusedCall } from './repeating-link';

/** Time that the answer with the next cookie may still be on its way, in milliseconds. */
export const ROTATION_MS = 300;

/**
 * Every step of a sign-in and every proof of the password gives the session another cookie: a call that was sent
 * with the one before is answered as if nobody were signed in. It is sent again with the cookie of now. `me.get` is
 * not: it is how a page learns who is here, and its callers ask twice where it matters.
 */
export async function repeatAfterRotation({ path, refusal }: RefusedCall): Promise<boolean> {
  if (refusal.code !== 'auth/signed-out' || path === 'me.get') return false;
  await rotated();
  return true;
}

/** Resolves when a cookie that is on its way has come. */
export function rotated(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ROTATION_MS));
}
