import { LaterPart } from '$lib/ui/later-part.svelte';

/** Parts of the page of a role that are opened now and then. */
export const laterParts = new LaterPart(() => import('./builder-parts').then(({ parts }) => parts));
/** The panel beside the tree while nothing is selected. */
export const roleAtRest = new LaterPart(() => import('./RoleAtRest.svelte'));
