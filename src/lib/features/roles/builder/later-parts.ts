import { LaterPart } from '$lib/ui/later-part.svelte';

/** Of the page of a role: what is opened now and then. */
export const laterParts = new LaterPart(() => import('./builder-parts').then(({ parts }) => parts));
/** Over the tree, where something is missing, new or gone. */
export const roleHints = new LaterPart(() => import('./RoleHints.svelte'));
/** Beside the tree while nothing is selected. */
export const roleAtRest = new LaterPart(() => import('./RoleAtRest.svelte'));
