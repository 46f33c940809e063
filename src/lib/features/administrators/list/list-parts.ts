import BulkPeopleDialog from '../bulk/BulkPeopleDialog.svelte';
import AdministratorPanel from '../form/AdministratorPanel.svelte';
import ExportPeople from './ExportPeople.svelte';

/** Of the list of administrators: what is opened now and then. */
export const parts = { BulkPeopleDialog, AdministratorPanel, ExportPeople };
