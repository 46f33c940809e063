import { Part } from '$lib/ui/part.svelte';

/** Of the pages that show how somebody sends. */
export const sendingDialogs = new Part(() => import('./sending-dialogs').then(({ dialogs }) => dialogs));
