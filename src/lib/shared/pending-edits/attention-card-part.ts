import { LaterPart } from '$lib/ui/later-part.svelte';

/** Seldom needed: most edits land. */
export const attentionCard = new LaterPart(() => import('./AttentionCard.svelte'));
