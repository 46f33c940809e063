import { Part } from '$lib/ui/part.svelte';

/** Of the page of a role: what is opened now and then. */
export const laterParts = new Part(() => import('./builder-parts').then(({ parts }) => parts));
/** Beside the tree while nothing is selected. */
export const roleAtRest = new Part(() => import('./RoleAtRest.svelte'));
