import ListExportDialog from '$lib/shared/export/ListExportDialog.svelte';
import NewRoleDialog from './NewRoleDialog.svelte';

/** Of the list of roles. */
export const dialogs = { ListExportDialog, NewRoleDialog };
