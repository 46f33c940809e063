import { onceEach } from '$lib/core/once-each';
import type { Session } from './session.svelte';

/**
 * Returns a getter of something that exists once for each session: made when it is first asked for, and gone with
 * the session.
 */
export function perSession<T>(make: (session: Session) => T): (session: Session) => T {
  return onceEach(make);
}
