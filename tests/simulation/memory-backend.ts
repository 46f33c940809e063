import type * as Y from 'yjs';
import type { Database } from '../../src/lib/server/db/driver/client';
import { loadUpdates, newServerDocument } from '../../src/lib/documents/server-writer';
import type { Backend } from './server';
import { LOG_ORIGIN } from './ground';
import { MemoryConnection, MemoryDatabase } from './memory/database';
import type { StoredFacts } from './facts';
import type { World } from './world';

/** The model of Postgres behind the programs. */
export class MemoryBackend implements Backend {
  readonly isReal = false;
  readonly database: MemoryDatabase;

  constructor(world: World) {
    this.database = new MemoryDatabase(world);
  }

  connect(): Database {
    return new MemoryConnection(this.database) as unknown as Database;
  }

  abandon(actor: Parameters<Backend['abandon']>[0]): void {
    this.database.abandon(actor);
  }

  read(): StoredFacts {
    const { database } = this;
    const all = <N extends Parameters<MemoryDatabase['table']>[0]>(name: N) => [
      ...database.table(name).values()
    ];
    const documents = new Map<string, Y.Doc>();
    for (const { name, snapshot } of all('documents')) {
      const doc = newServerDocument();
      const updates = all('updates')
        .filter((update) => update.name === name)
        .sort((a, b) => a.clock - b.clock);
      loadUpdates(doc, [...(snapshot.length > 0 ? [snapshot] : []), ...updates.map(({ data }) => data)]);
      documents.set(name, doc);
    }
    return {
      logOrigin: LOG_ORIGIN,
      roles: all('roles').map((row) => ({
        id: row.id,
        name: row.name,
        description: row.description,
        seq: row.seq,
        count: row.permissionCount,
        deleted: row.deletedAt !== null
      })),
      cells: all('cells').map(({ roleId, permissionId, on, seq }) => ({ roleId, permissionId, on, seq })),
      people: all('administrators').map(({ id, name, roleId, status, caps, seq }) => ({
        id,
        name,
        roleId,
        status,
        caps,
        seq
      })),
      entries: all('entries')
        .sort((a, b) => a.n - b.n)
        .map(({ n, body }) => ({ n, body: new TextDecoder().decode(body) })),
      sequence: all('sequence')
        .sort((a, b) => a.seq - b.seq)
        .map(({ seq, n, chain }) => ({ seq, n, chain: Buffer.from(chain).toString('hex') })),
      pending: database.table('pending').size,
      operations: all('operations').map(({ actor, op, answer }) => ({
        actor,
        op,
        answer: JSON.parse(answer) as unknown
      })),
      documents
    };
  }
}
