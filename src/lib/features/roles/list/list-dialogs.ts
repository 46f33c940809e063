import ListExportDialog from '$lib/shared/export/ListExportDialog.svelte';
import NewRoleDialog from './NewRoleDialog.svelte';

/** Dialogs of the list of roles. */
export const dialogs = { ListExportDialog, NewRoleDialog };
