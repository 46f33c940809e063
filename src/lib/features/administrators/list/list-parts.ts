import BulkPeopleDialog from '../bulk/BulkPeopleDialog.svelte';
import AdministratorPanel from '../form/AdministratorPanel.svelte';
import InstructionsTray from '../form/InstructionsTray.svelte';
import ExportPeople from './ExportPeople.svelte';

/** Parts of the list of administrators that are opened now and then. */
export const parts = { BulkPeopleDialog, AdministratorPanel, ExportPeople, InstructionsTray };
