import GiveSecretDialog from '$lib/shared/credentials/GiveSecretDialog.svelte';
import RequireTwoFactorDialog from '$lib/shared/people/RequireTwoFactorDialog.svelte';

/** What is asked before the sign-in of a user is changed. */
export const dialogs = { GiveSecretDialog, RequireTwoFactorDialog };
