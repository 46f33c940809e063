import { LaterPart } from '$lib/ui/later-part.svelte';

/** The part below what the page is about. */
export const myPermissions = new LaterPart(() => import('./MyPermissions.svelte'));
