import type { Session } from '$lib/client/session/session.svelte';
import { currentTime } from '$lib/ui/clock.svelte';
import type { Clock } from './gauge-words';

const MINUTE_MS = 60_000;

/**
 * The minute that runs, in the zone of the installation: what speaks of times is drawn anew once a minute, not once a
 * second.
 */
export function sendingClock(session: Session): { readonly now: Clock } {
  const minute = $derived(Math.floor(currentTime().getTime() / MINUTE_MS));
  const now = $derived({ now: new Date(minute * MINUTE_MS), timeZone: session.me.timeZone });
  return {
    get now() {
      return now;
    }
  };
}
