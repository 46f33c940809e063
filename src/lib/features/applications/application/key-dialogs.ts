import ApplicationKeyShown from '../ApplicationKeyShown.svelte';
import NewKeyDialog from './NewKeyDialog.svelte';
import RotateDialog from './RotateDialog.svelte';

/** A key is made or replaced, and shown once. */
export const dialogs = { ApplicationKeyShown, NewKeyDialog, RotateDialog };
