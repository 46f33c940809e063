import { Part } from '$lib/ui/part.svelte';

/** Parts of the frame that most visits never open. */
export const laterFrame = new Part(() => import('./frame-parts').then(({ parts }) => parts));
