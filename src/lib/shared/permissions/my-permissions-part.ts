import { LaterPart } from '$lib/ui/later-part.svelte';

/** Below what the page is about. */
export const myPermissions = new LaterPart(() => import('./MyPermissions.svelte'));
