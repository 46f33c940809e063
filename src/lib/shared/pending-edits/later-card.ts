import { Part } from '$lib/ui/part.svelte';

/** Seldom needed: most edits land. */
export const attentionCard = new Part(() => import('./AttentionCard.svelte'));
