import { LaterPart } from '$lib/ui/later-part.svelte';

/** Parts of the frame that most visits never open. */
export const laterFrame = new LaterPart(() => import('./frame-parts').then(({ parts }) => parts));
