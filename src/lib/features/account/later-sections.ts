import AllowlistSection from './AllowlistSection.svelte';
import KeysSection from './KeysSection.svelte';
import OwnershipSection from './OwnershipSection.svelte';
import SessionsSection from './SessionsSection.svelte';

/** Of one's account: what stands below its first look. */
export const sections = { AllowlistSection, KeysSection, OwnershipSection, SessionsSection };
