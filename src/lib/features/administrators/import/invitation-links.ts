import { saveFile } from '$lib/ui/save-file';
import { csvFile } from '$lib/shared/import/import-report';
import { importLines, type ImportRun } from './import-run.svelte';

/** Saves all invitation links that there are so far. */
export function downloadInvitations(run: ImportRun): void {
  const rows = importLines(run.status).flatMap(({ name, email, link }) =>
    link === null ? [] : [[name, email, link]]
  );
  saveFile('invitations.csv', csvFile(['name', 'email', 'invitation'], rows));
  run.noteDownload();
}
