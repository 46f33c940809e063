import { LaterPart } from '$lib/ui/later-part.svelte';

/** Invitations that end soon: most people have none. */
export const endingInvitationsPart = new LaterPart(() => import('./EndingInvitations.svelte'));
