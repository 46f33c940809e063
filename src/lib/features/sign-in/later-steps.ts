import { LaterPart } from '$lib/ui/later-part.svelte';

/** The steps that few sign-ins have, and that never come first. */
export const laterSteps = new LaterPart(() => import('./later-step-parts').then(({ steps }) => steps));
