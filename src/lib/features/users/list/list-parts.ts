import BulkUsersDialog from '../bulk/BulkUsersDialog.svelte';
import SignInAsDialog from '../user/SignInAsDialog.svelte';
import ExportUsers from './ExportUsers.svelte';

/** Of the list of users: what is opened now and then. */
export const parts = { BulkUsersDialog, SignInAsDialog, ExportUsers };
