import KeyShown from '$lib/shared/keys/KeyShown.svelte';
import NewOwnKeyDialog from './NewOwnKeyDialog.svelte';

/** A new key is asked for, and shown once. */
export const dialogs = { KeyShown, NewOwnKeyDialog };
