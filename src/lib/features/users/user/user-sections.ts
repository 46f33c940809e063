import RecordLog from '$lib/shared/feed/RecordLog.svelte';
import SendingNames from '$lib/shared/sending/SendingNames.svelte';
import SubjectSending from '$lib/shared/sending/SubjectSending.svelte';
import BrandPart from './BrandPart.svelte';
import SignInAs from './SignInAs.svelte';
import UserActions from './UserActions.svelte';
import UserSignIn from './UserSignIn.svelte';

/** Sections of the page of a user that stand below the first fields, and beside them. */
export const sections = {
  BrandPart,
  RecordLog,
  SendingNames,
  SubjectSending,
  SignInAs,
  UserActions,
  UserSignIn
};
