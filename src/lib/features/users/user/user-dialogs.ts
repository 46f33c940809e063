import GiveSecretDialog from '$lib/shared/credentials/GiveSecretDialog.svelte';
import RequireTwoFactorDialog from '$lib/shared/people/RequireTwoFactorDialog.svelte';

/** Dialogs that ask before the sign-in of a user is changed. */
export const dialogs = { GiveSecretDialog, RequireTwoFactorDialog };
