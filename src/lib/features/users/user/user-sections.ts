import RecordLog from '$lib/shared/feed/RecordLog.svelte';
import SendingNames from '$lib/shared/sending/SendingNames.svelte';
import SubjectSending from '$lib/shared/sending/SubjectSending.svelte';
import SignInAs from './SignInAs.svelte';
import UserSignIn from './UserSignIn.svelte';

/** Sections of the page of a user that stand below the account itself. */
export const sections = { RecordLog, SendingNames, SubjectSending, SignInAs, UserSignIn };
