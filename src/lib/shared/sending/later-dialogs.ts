import { LaterPart } from '$lib/ui/later-part.svelte';

/** Dialogs of the pages that show how somebody sends. */
export const sendingDialogs = new LaterPart(() => import('./sending-dialogs').then(({ dialogs }) => dialogs));
