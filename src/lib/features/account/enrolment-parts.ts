import EnrolmentFields from '$lib/shared/credentials/EnrolmentFields.svelte';
import RecoveryCodes from '$lib/shared/credentials/RecoveryCodes.svelte';

/** A second factor is set up, and its recovery codes are shown once. */
export const parts = { EnrolmentFields, RecoveryCodes };
