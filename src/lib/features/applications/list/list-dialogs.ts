import ApplicationKeyShown from '../ApplicationKeyShown.svelte';
import NewApplicationDialog from './NewApplicationDialog.svelte';

/** Dialogs of the list of applications: the second follows the first. */
export const dialogs = { ApplicationKeyShown, NewApplicationDialog };
