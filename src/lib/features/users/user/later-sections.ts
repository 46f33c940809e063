import { LaterPart } from '$lib/ui/later-part.svelte';

/** Of the page of a user: what comes after its first look. */
export const sections = new LaterPart(() => import('./user-sections').then(({ sections }) => sections));
