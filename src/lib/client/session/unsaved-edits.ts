import type { Outbox } from '../outbox/outbox.svelte';
import type { UnsavedEdits } from '../sync/connection.svelte';

/** Edits of an outbox, for the pill. What no key here opens may never be: it is told elsewhere, not waited for. */
export function unsavedEditsOf(outbox: Outbox): UnsavedEdits {
  return {
    count: () => outbox.pendingCount,
    moving: () => outbox.pending.length - outbox.awaitingPassword.length,
    known: () => outbox.loaded && !outbox.unread
  };
}
