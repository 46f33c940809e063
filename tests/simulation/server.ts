import { randomUUID } from 'node:crypto';
import * as Y from 'yjs';
import { indexCatalogue } from '../../src/lib/core/catalogue';
import { inheritAll } from '../../src/lib/core/caps';
import type { Refusal } from '../../src/lib/core/refusal';
import { NO_LOG_KEYS } from '../../src/lib/server/auth/log-key';
import { NO_KEYS } from '../../src/lib/server/auth/no-keys';
import { insertAdministrator } from '../../src/lib/server/db/administrators-table';
import { readDocument } from '../../src/lib/server/db/documents-table';
import { insertRole, writeCells } from '../../src/lib/server/db/roles-table';
import { insertSession } from '../../src/lib/server/db/sessions-table';
import { auditedTransaction } from '../../src/lib/server/db/transaction';
import { record, SYSTEM, systemRequest, type Touch } from '../../src/lib/server/services/audit';
import { openConsole, type OpenConsole } from '../../src/lib/server/services/open-console';
import { suspendAdministrator } from '../../src/lib/server/services/people/suspend';
import { updateAdministrator } from '../../src/lib/server/services/people/update-administrator';
import { editRole } from '../../src/lib/server/services/roles/edit-role';
import { DocumentStore } from '../../src/lib/server/services/sequencer/document-store';
import { sequenceBatch } from '../../src/lib/server/services/sequencer/sequence-batch';
import { SignedMemory } from '../../src/lib/server/services/sequencer/signed-memory';
import { mutate } from '../../src/lib/server/services/write-path';
import { loadUpdates, newServerDocument } from '../../src/lib/docs/server-writer';
import type { Request } from '../../src/lib/client/outbox/requests';
import type { Sent } from '../../src/lib/client/outbox/transport';

/** What a run is about: ids that no other run has. */
export type Founding = {
  roles: { edited: string; boss: string; mate: string; weak: string };
  people: { boss: string; second: string; mate: string; member: string };
};

/** What roles in a run are about: eight permissions that mean nothing else. */
export const PERMISSIONS = [
  'audience.contacts.view',
  'audience.contacts.add',
  'audience.contacts.edit',
  'audience.contacts.import',
  'audience.contacts.export',
  'audience.contacts.delete',
  'audience.contacts.validate',
  'audience.contacts.bulk_update'
];
const MANAGING = [
  'people.roles.view',
  'people.roles.edit',
  'people.roles.assign',
  'people.administrators.view',
  'people.administrators.edit',
  'people.administrators.suspend',
  'people.administrators.change_role',
  'quotas.admin_quota.set',
  'quotas.admin_quota.clear'
];

/** The server stops in the middle of a request: nothing of it is answered. */
export class Crash extends Error {
  override name = 'Crash';
}

const MUTATIONS = {
  'roles.edit': editRole,
  'administrators.update': updateAdministrator,
  'administrators.suspend': suspendAdministrator
};

/** The real use cases over a real Postgres, called one at a time. */
export class SimulatedServer {
  readonly #open: OpenConsole;
  #store = new DocumentStore();
  /** The next transaction breaks off just before it commits. */
  crashBeforeCommit = false;

  private constructor(open: OpenConsole) {
    this.#open = open;
    const { db } = open.deps;
    const transaction = db.transaction.bind(db);
    db.transaction = ((work: Parameters<typeof transaction>[0], ...more: []) =>
      transaction(
        async (tx) => {
          const result = await work(tx);
          if (this.crashBeforeCommit) throw new Crash();
          return result;
        },
        ...more
      )) as typeof db.transaction;
  }

  static async open(url: string): Promise<SimulatedServer> {
    const open = await openConsole({
      url,
      pool: 2,
      name: 'rolecall simulation',
      catalogueFile: undefined,
      keyring: NO_KEYS,
      logKeys: NO_LOG_KEYS,
      origin: 'http://localhost',
      log: { info: () => undefined, warn: () => undefined, error: () => undefined }
    });
    return new SimulatedServer(open);
  }

  get permissions(): readonly string[] {
    return indexCatalogue(this.#open.deps.catalogue.catalogue).ids;
  }

  close(): Promise<void> {
    return this.#open.handle.close();
  }

  /** Roles and people of one run, in one transaction. */
  async found(tag: string): Promise<Founding> {
    const role = (name: string) => `${name}-${tag}`;
    const roles = { edited: role('edited'), boss: role('boss'), mate: role('mate'), weak: role('weak') };
    const granted: [string, string[]][] = [
      [roles.edited, PERMISSIONS.slice(0, 3)],
      [roles.boss, [...MANAGING, ...PERMISSIONS]],
      [roles.mate, [...MANAGING, ...PERMISSIONS.slice(0, 5)]],
      [roles.weak, PERMISSIONS.slice(0, 1)]
    ];
    const people = {
      boss: randomUUID(),
      second: randomUUID(),
      mate: randomUUID(),
      member: randomUUID()
    };
    const held = { boss: roles.boss, second: roles.boss, mate: roles.mate, member: roles.edited };
    await auditedTransaction(this.#open.deps.db, async (tx) => {
      for (const [id, ids] of granted) {
        await insertRole(tx, { id, name: id, nameKey: id, permissionCount: ids.length });
        await writeCells(
          tx,
          ids.map((permissionId) => ({
            ...{ roleId: id, permissionId, on: true, seq: 1 },
            ...{ byId: SYSTEM_ID, byName: 'Rolecall', at: new Date() }
          }))
        );
      }
      for (const [name, id] of Object.entries(people))
        await insertAdministrator(tx, {
          id,
          name,
          email: `${name}-${tag}@x.example`,
          emailKey: `${name}-${tag}@x.example`,
          roleId: held[name as keyof typeof held],
          caps: inheritAll()
        });
      const touches: Touch[] = [
        ...Object.values(roles).flatMap((id): Touch[] => [`role:${id}`, `members:${id}`]),
        ...Object.values(people).map((id): Touch => `person:${id}`)
      ];
      const target = { type: 'role', id: roles.edited, name: null };
      const by = { actor: SYSTEM, request: systemRequest('simulation') };
      await record(tx, by, { action: 'role.created', target, outcome: 'success' }, touches);
    });
    return { roles, people };
  }

  /** Somebody signs in; `proved`: the password counts as given just now. */
  async signIn(personId: string, proved: boolean): Promise<string> {
    const sid = randomUUID();
    await auditedTransaction(this.#open.deps.db, async (tx) => {
      await insertSession(tx, {
        sid,
        administratorId: personId,
        secretHash: new Uint8Array(32),
        aal: 1,
        provedAt: proved ? new Date() : new Date(0),
        endsAt: new Date(Date.now() + 3600_000),
        expiresAt: new Date(Date.now() + 3600_000)
      });
      const by = { actor: SYSTEM, request: systemRequest('simulation') };
      const target = { type: 'session', id: sid, name: null };
      await record(tx, by, { action: 'auth.sign_in', target, outcome: 'success' }, []);
    });
    return sid;
  }

  /** Answers a request as the procedures do. @throws Crash */
  async handle(request: Request, sid: string | null, personId: string): Promise<Sent> {
    const mutation = MUTATIONS[request.procedure as keyof typeof MUTATIONS];
    if (!mutation) throw new Error(`nobody handles ${request.procedure}`);
    const caller = {
      request: systemRequest('simulation'),
      session: sid === null ? null : { sid, personId, step: 'ready' as const },
      device: null
    };
    const result = (await mutate(
      this.#open.deps,
      caller,
      mutation as typeof editRole,
      request.input as never
    )) as { refused: Refusal } | { answer: unknown };
    return 'refused' in result
      ? { is: 'refused', refusal: result.refused }
      : { is: 'answer', answer: result.answer };
  }

  /** Numbers what was committed and tells the documents. */
  async sequence(): Promise<void> {
    await sequenceBatch(
      this.#open.deps,
      this.#store,
      { logOrigin: this.#open.installation.logOrigin, keys: NO_LOG_KEYS, memory: new SignedMemory() },
      false
    );
  }

  /** Another process goes on: nothing that was only remembered is left. */
  restart(): void {
    this.#store = new DocumentStore();
    this.crashBeforeCommit = false;
  }

  /** What a reader at this state vector is missing of a document. */
  async missing(name: string, vector: Uint8Array): Promise<Uint8Array> {
    const found = await readDocument(this.#open.deps.db, name, 0);
    const doc = newServerDocument();
    if (found) {
      const snapshot = found.snapshot && found.snapshot.length > 0 ? [found.snapshot] : [];
      loadUpdates(doc, [...snapshot, ...found.updates.map((update) => update.data)]);
    }
    return Y.encodeStateAsUpdate(doc, vector);
  }
}

const SYSTEM_ID = '00000000-0000-4000-8000-000000000000';
