import { getContext, hasContext } from 'svelte';
import { online } from 'svelte/reactivity/window';
import { SESSION_KEY } from '../session/session-key';
import type { Session } from '../session/session.svelte';

/**
 * Returns a test for being offline, for a form that needs a connection: on the pages of the console and before
 * them.
 */
export function offlineHere(): () => boolean {
  const session = hasContext(SESSION_KEY) ? getContext<Session>(SESSION_KEY) : null;
  return () => online.current === false || session?.connection.state === 'offline';
}
