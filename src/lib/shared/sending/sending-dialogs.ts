import PauseDialog from './PauseDialog.svelte';
import RaiseDialog from './RaiseDialog.svelte';
import ReasonDialog from './ReasonDialog.svelte';

/** Dialogs that ask before the sending of somebody is changed. */
export const dialogs = { PauseDialog, RaiseDialog, ReasonDialog };
