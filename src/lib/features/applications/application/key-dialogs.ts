import KeyShown from '$lib/shared/keys/KeyShown.svelte';
import NewKeyDialog from './NewKeyDialog.svelte';
import RotateDialog from './RotateDialog.svelte';

/** A key is made or replaced, and shown once. */
export const dialogs = { KeyShown, NewKeyDialog, RotateDialog };
