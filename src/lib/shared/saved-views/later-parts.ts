import { LaterPart } from '$lib/ui/later-part.svelte';

/** The menu of saved views: nobody chooses one before the list is there. */
export const savedViewsMenu = new LaterPart(() => import('./SavedViewsMenu.svelte'));
