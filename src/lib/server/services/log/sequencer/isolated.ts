import { isConnectionLoss, sqlState } from '../../../db/driver/client';
import type { Deps } from '../../write-path/deps';
import type { DocumentStore } from './document-store';

/**
 * Does what concerns one document. A document that cannot be written (its stored updates are damaged) stays as it is
 * and is named in the program's log with every batch that meets it; numbering and the other documents go on. A fault
 * of the database is nobody's alone: it ends the batch.
 */
export async function isolated(
  deps: Deps,
  store: DocumentStore,
  name: string,
  work: () => Promise<void>
): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (sqlState(error) !== null || isConnectionLoss(error)) throw error;
    store.forget(name);
    deps.log.error({ err: error, document: name }, 'a document could not be written and is out of date');
  }
}
