import GiveSecretDialog from '$lib/shared/credentials/GiveSecretDialog.svelte';
import RequireTwoFactorDialog from '$lib/shared/people/RequireTwoFactorDialog.svelte';
import DeletePersonDialog from './DeletePersonDialog.svelte';

/** Dialogs that ask before something is done to an account. */
export const dialogs = { GiveSecretDialog, RequireTwoFactorDialog, DeletePersonDialog };
