import BarredLine from './BarredLine.svelte';
import BulkQuestion from './BulkQuestion.svelte';
import MembersPanel from './MembersPanel.svelte';
import PermissionDetails from './PermissionDetails.svelte';
import RoleDialogs from './RoleDialogs.svelte';
import RoleNameForm from './RoleNameForm.svelte';

/** Components that the page of a role loads in one file when the first of them is opened. */
export const parts = { BarredLine, BulkQuestion, MembersPanel, PermissionDetails, RoleDialogs, RoleNameForm };
