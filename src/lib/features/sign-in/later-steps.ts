import { Part } from '$lib/ui/part.svelte';

/** The steps that few sign-ins have, and that never come first. */
export const laterSteps = new Part(() => import('./later-step-parts').then(({ steps }) => steps));
