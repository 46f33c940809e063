import CallsSection from './CallsSection.svelte';
import MyPermissions from '$lib/shared/permissions/MyPermissions.svelte';
import SubjectSending from '$lib/shared/sending/SubjectSending.svelte';

/** Sections of the page of an application that stand below and beside the application itself. */
export const sections = { CallsSection, MyPermissions, SubjectSending };
