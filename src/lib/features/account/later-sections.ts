import AllowlistSection from './AllowlistSection.svelte';
import KeysSection from './KeysSection.svelte';
import OwnershipSection from './OwnershipSection.svelte';
import SessionsSection from './SessionsSection.svelte';

/** Sections of one's account that stand below its first look. */
export const sections = { AllowlistSection, KeysSection, OwnershipSection, SessionsSection };
