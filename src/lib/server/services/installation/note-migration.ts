import { lockFounding, readInstallation, writeStructure } from '../../db/tables/installation-table';
import { auditedTransaction } from '../../db/driver/transaction';
import { record, SYSTEM, systemRequest } from '../write-path/audit';
import type { Deps } from '../write-path/deps';

/**
 * The tables were brought to another form: an event, with the name of the last migration. It is compared with the one
 * the installation remembers, so that a process that broke off after migrating leaves it to the next one.
 */
export async function noteMigration(deps: Deps, structure: string): Promise<void> {
  if (!isNewer(structure, (await readInstallation(deps.db))?.structure)) return;
  await auditedTransaction(deps.db, async (tx) => {
    await lockFounding(tx);
    const known = (await readInstallation(tx))?.structure ?? null;
    if (!isNewer(structure, known)) return;
    await writeStructure(tx, structure);
    await record(
      tx,
      { actor: SYSTEM, request: systemRequest('start') },
      {
        action: 'database.migrated',
        target: { type: 'database', id: structure, name: null },
        outcome: 'success',
        change: [{ path: 'structure', old: known, new: structure }]
      },
      // Lists that are new with these tables are there from now on, be they empty; those of an older program say what
      // this one says.
      ['applications:all', 'roles:all', 'userRoles:all', 'users:all']
    );
  });
}

/** Names begin with their number. An older program beside a newer one takes nothing back. */
function isNewer(structure: string, known: string | null | undefined): boolean {
  return known === null || known === undefined || structure > known;
}
