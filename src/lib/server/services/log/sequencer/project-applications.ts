import {
  beginDocument,
  clockOf,
  writeApplicationSummary,
  writeRoutesChanged
} from '../../../../documents/server-writer';
import { readKeys } from '../../../db/tables/api-keys-table';
import { readApplications } from '../../../db/tables/applications-table';
import type { Queryable } from '../../../db/driver/client';
import { applicationCell } from '../../applications/application-cell';
import type { DocumentStore } from './document-store';
import type { Touched } from './project';

/**
 * Writes the `applications` document: all of it when it is new, else the applications concerned; of routes, that they
 * changed.
 */
export async function projectApplications(
  tx: Queryable,
  store: DocumentStore,
  { applications, everyApplication, routes }: Touched
): Promise<void> {
  if (applications.size === 0 && !everyApplication && !routes) return;
  const doc = await store.open(tx, 'applications');
  const rows = await readApplications(
    tx,
    clockOf(doc) === 0 || everyApplication ? undefined : [...applications]
  );
  const keys = await readKeys(tx, { applicationIds: rows.map(({ id }) => id) });
  const now = new Date();
  const gone = new Set(applications);
  store.write('applications', doc, () => {
    beginDocument(doc);
    if (routes) writeRoutesChanged(doc);
    for (const row of rows) {
      const own = keys.filter(({ applicationId }) => applicationId === row.id);
      writeApplicationSummary(doc, row.id, applicationCell(row, own, now));
      gone.delete(row.id);
    }
    for (const id of gone) writeApplicationSummary(doc, id, null);
  });
}
