import { visitHere } from '$lib/client/api/visit';
import { readPointer } from '$lib/client/device/device-pointer';
import type { LaterPart } from '$lib/ui/later-part.svelte';

/** Parts of a page of which everybody needs one: staff or users. */
export type OwnParts<S, U> = { staff: LaterPart<S>; user: LaterPart<U> };

/**
 * Asks for the part of whoever was here last, before anybody has said who is here now: it comes beside the answer. On
 * a device that knows nobody that is the one of staff.
 */
export function beginOwn<S, U>({ staff, user }: OwnParts<S, U>): OwnParts<S, U> {
  if (visitHere() || readPointer()?.isUser) user.begin();
  else staff.begin();
  return { staff, user };
}
