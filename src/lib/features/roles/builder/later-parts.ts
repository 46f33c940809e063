import { LaterPart } from '$lib/ui/later-part.svelte';

/** Parts of the page of a role that are opened now and then. */
export const laterParts = new LaterPart(() => import('./builder-parts').then(({ parts }) => parts));
/** Hints over the tree, where something is missing, new or gone. */
export const roleHints = new LaterPart(() => import('./RoleHints.svelte'));
/** The panel beside the tree while nothing is selected. */
export const roleAtRest = new LaterPart(() => import('./RoleAtRest.svelte'));
