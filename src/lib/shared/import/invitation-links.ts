import { saveFile } from '$lib/ui/save-file';
import type { RawRow } from './import-kind';
import { csvFile } from './import-report';
import { importLines, type ImportRun } from './import-run.svelte';

/** Saves all invitation links that there are so far. */
export function downloadInvitations<Row extends RawRow>(run: ImportRun<Row>): void {
  const rows = importLines(run.kind, run.status).flatMap(({ name, email, link }) =>
    link === null ? [] : [[name, email, link]]
  );
  saveFile('invitations.csv', csvFile(['name', 'email', 'invitation'], rows));
  run.noteDownload();
}
