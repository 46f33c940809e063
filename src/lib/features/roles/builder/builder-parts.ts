import BulkQuestion from './BulkQuestion.svelte';
import MembersPanel from './MembersPanel.svelte';
import PermissionDetails from './PermissionDetails.svelte';
import RoleDialogs from './RoleDialogs.svelte';

/** Of the page of a role: what is opened now and then. */
export const parts = { BulkQuestion, MembersPanel, PermissionDetails, RoleDialogs };
