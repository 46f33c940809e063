import type { PersonSummary } from '$lib/documents/cells';

const HOUR_MS = 3_600_000;
/** An invitation or an initial password that ends within so long needs somebody's help. */
const SOON_MS = 12 * HOUR_MS;

/**
 * State of a first sign-in that has not happened yet, in words, and a tone that says if it needs somebody: LOOK has
 * normal states in grey.
 */
export type FirstSignIn = { words: string; tone: 'quiet' | 'soon' | 'over' };

/**
 * @param activation what waits to be used; null or absent where a document of an older version does not say
 * @param now milliseconds since 1970
 */
export function firstSignIn(activation: PersonSummary['activation'], now: number): FirstSignIn {
  const words = activation?.invited ? 'Invited' : 'Must change password';
  if (!activation) return { words, tone: 'quiet' };
  const left = Date.parse(activation.expires) - now;
  if (left <= 0) return { words: 'Expired', tone: 'over' };
  if (left > SOON_MS) return { words, tone: 'quiet' };
  const hours = Math.ceil(left / HOUR_MS);
  return {
    words: activation.invited ? `Invited, ${hours} h left` : `New password, ${hours} h left`,
    tone: 'soon'
  };
}

const MINUTE_MS = 60_000;

/** "in 3 d", "in 5 h", "in 40 min", "Expired". @param now milliseconds since 1970 */
export function expiryWords(expires: string, now: number): string {
  const left = Date.parse(expires) - now;
  if (left <= 0) return 'Expired';
  if (left >= 2 * 24 * HOUR_MS) return `in ${Math.floor(left / (24 * HOUR_MS))} d`;
  if (left >= HOUR_MS) return `in ${Math.ceil(left / HOUR_MS)} h`;
  return `in ${Math.ceil(left / MINUTE_MS)} min`;
}

/** True if a first sign-in has to happen soon, or not at all. @param now milliseconds since 1970 */
export function endsSoon(expires: string, now: number): boolean {
  const left = Date.parse(expires) - now;
  return left > 0 && left <= SOON_MS;
}
