import UnusedPermissions from '$lib/shared/access/UnusedPermissions.svelte';
import SessionsList from '$lib/shared/credentials/SessionsList.svelte';
import RecordLog from '$lib/shared/feed/RecordLog.svelte';
import PersonKeysList from '$lib/shared/keys/PersonKeysList.svelte';
import MyPermissions from '$lib/shared/permissions/MyPermissions.svelte';
import SendingNames from '$lib/shared/sending/SendingNames.svelte';
import SubjectSending from '$lib/shared/sending/SubjectSending.svelte';
import PersonActions from './PersonActions.svelte';

/** Sections of the page of an administrator that stand below and beside the account itself. */
export const sections = {
  UnusedPermissions,
  SessionsList,
  RecordLog,
  PersonKeysList,
  MyPermissions,
  SendingNames,
  SubjectSending,
  PersonActions
};
