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
