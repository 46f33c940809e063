import { LaterPart } from '$lib/ui/later-part.svelte';

/** Of the pages that show how somebody sends. */
export const sendingDialogs = new LaterPart(() => import('./sending-dialogs').then(({ dialogs }) => dialogs));
