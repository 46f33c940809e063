import BulkUsersDialog from '../bulk/BulkUsersDialog.svelte';
import SignInAsDialog from '../user/SignInAsDialog.svelte';
import ExportUsers from './ExportUsers.svelte';

/** Parts of the list of users that are opened now and then. */
export const parts = { BulkUsersDialog, SignInAsDialog, ExportUsers };
