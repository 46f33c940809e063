import RecoveryCodes from '$lib/shared/credentials/RecoveryCodes.svelte';
import ChangePasswordStep from './ChangePasswordStep.svelte';
import EnrolStep from './EnrolStep.svelte';

export const steps = { ChangePasswordStep, EnrolStep, RecoveryCodes };
