import type * as Y from 'yjs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROLE_LISTS } from '../../src/lib/protocol/documents';
import { roleListNotes, rolesMap } from '../../src/lib/documents/list-docs';
import { writeRoleSummary } from '../../src/lib/documents/server-writer';
import { auditedTransaction } from '../../src/lib/server/db/driver/transaction';
import { writeStructure } from '../../src/lib/server/db/tables/installation-table';
import { record, SYSTEM, systemRequest } from '../../src/lib/server/services/write-path/audit';
import { DocumentStore } from '../../src/lib/server/services/log/sequencer/document-store';
import { startTestConsole, type TestConsole } from '../support/console';
import { openReplica, until } from '../support/replica';
import { openState } from '../support/state';
import { openUseCases } from '../support/use-cases';

// An installation whose list of roles was written by a version that did not say what each of them holds.

const LIST = ROLE_LISTS.administrator;
const OLDER = '0000_older';
let app: TestConsole;
beforeAll(async () => {
  app = await startTestConsole();
});
afterAll(() => app.stop());

/** Stops the console once the list says what was done. */
async function pause(): Promise<void> {
  const state = openState(app.databaseUrl);
  await state.settled();
  await state.close();
  await app.pause();
}

/** Writes the list another way, and has the installation remember an older form of its tables. */
async function rewrite(write: (doc: Y.Doc) => void): Promise<void> {
  const { deps, handle } = await openUseCases(app.databaseUrl);
  const store = new DocumentStore();
  await auditedTransaction(deps.db, async (tx) => {
    await store.look(tx);
    const doc = await store.open(tx, LIST);
    store.write(LIST, doc, () => write(doc));
    expect(await Promise.all(store.store(tx))).toHaveLength(1);
    await writeStructure(tx, OLDER);
    const migrated = {
      action: 'database.migrated',
      target: { type: 'database', id: OLDER, name: null }
    } as const;
    const by = { actor: SYSTEM, request: systemRequest('test') };
    await record(tx, by, { ...migrated, outcome: 'success', change: [] }, []);
  });
  await handle.close();
}

test('[ROL-12] after an upgrade the list of roles says what each of them holds, before any of them is changed', async () => {
  await pause();
  await rewrite((doc) => {
    for (const [id, { held: _newer, ...older }] of rolesMap(doc)) writeRoleSummary(doc, id, older);
  });
  await app.resume();
  using replica = openReplica(app.owner, LIST);
  await replica.synced();
  const rolesWithout = () =>
    [...rolesMap(replica.doc)].flatMap(([id, { locked, held }]) =>
      locked || held !== undefined ? [] : [id]
    );
  await until(() => Promise.resolve(rolesWithout().length === 0), 'every role says what it holds');
  expect(rolesMap(replica.doc).size).toBeGreaterThan(5);
  expect(rolesMap(replica.doc).get('support')).toMatchObject({ name: 'Support', held: expect.any(String) });
});

test('[ROL-12] what roles hold is said anew where it was written in another order of permissions', async () => {
  const made = { name: 'Held in order', permissions: ['audience.contacts.view'] };
  const { id } = await app.owner.call<{ id: string }>('roles.create', made);
  await pause();
  let right: string | undefined;
  await rewrite((doc) => {
    const cell = rolesMap(doc).get(id)!;
    right = cell.held;
    // As long as the right one, and of other permissions.
    writeRoleSummary(doc, id, { ...cell, held: right!.replace(/[1-8]/, '0').replace(/^./, '8') });
    roleListNotes(doc).set('order', 'another');
  });
  await app.resume();
  await app.owner.call('roles.edit', { id, seen: 1, description: 'Changed since' });
  using replica = openReplica(app.owner, LIST);
  await replica.synced();
  const shown = () => rolesMap(replica.doc).get(id);
  await until(() => Promise.resolve(shown()?.held === right), 'it holds what it was given');
});
