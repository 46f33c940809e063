import { Part } from '$lib/ui/part.svelte';

/** Below what the page is about. */
export const myPermissions = new Part(() => import('./MyPermissions.svelte'));
