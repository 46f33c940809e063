import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROLE_LISTS } from '../../src/lib/protocol/documents';
import { rolesMap } from '../../src/lib/documents/list-docs';
import { writeRoleSummary } from '../../src/lib/documents/server-writer';
import { auditedTransaction } from '../../src/lib/server/db/driver/transaction';
import { writeStructure } from '../../src/lib/server/db/tables/installation-table';
import { record, SYSTEM, systemRequest } from '../../src/lib/server/services/write-path/audit';
import { DocumentStore } from '../../src/lib/server/services/log/sequencer/document-store';
import { startTestConsole, type TestConsole } from '../support/console';
import { openReplica, until } from '../support/replica';
import { openUseCases } from '../support/use-cases';

// An installation whose list of roles was written by a version that did not say what each of them holds.

const LIST = ROLE_LISTS.administrator;
const OLDER = '0000_older';
let app: TestConsole;
beforeAll(async () => {
  app = await startTestConsole();
});
afterAll(() => app.stop());

/** Writes the list as it was, and has the installation remember an older form of its tables. */
async function makeOlder(): Promise<void> {
  const { deps, handle } = await openUseCases(app.databaseUrl);
  const store = new DocumentStore();
  await auditedTransaction(deps.db, async (tx) => {
    await store.look(tx);
    const doc = await store.open(tx, LIST);
    store.write(LIST, doc, () => {
      for (const [id, { held: _newer, ...older }] of rolesMap(doc)) writeRoleSummary(doc, id, older);
    });
    expect(store.store(tx)).toHaveLength(1);
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
  await app.pause();
  await makeOlder();
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
