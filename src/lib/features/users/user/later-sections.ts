import { LaterPart } from '$lib/ui/later-part.svelte';

/** Sections of the page of a user that come after its first look. */
export const sections = new LaterPart(() => import('./user-sections').then(({ sections }) => sections));
