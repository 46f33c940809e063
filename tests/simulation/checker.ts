import { isDeepStrictEqual } from 'node:util';
import type * as Y from 'yjs';
import type { Refusal } from '../../src/lib/core/access/refusal';
import { peopleMap } from '../../src/lib/documents/list-docs';
import type { OutboxRecord } from '../../src/lib/client/outbox/record';
import { checkDocuments } from '../faults/check-documents';
import { checkChain } from '../faults/check-log';
import type { Facts, ReplicaState } from '../faults/history';
import { describe } from '../faults/read-facts';
import type { Device } from './device';
import type { StoredFacts } from './facts';
import { PEOPLE } from './ground';
import { Replay, type Entry } from './replay';
import type { Service } from './server';
import { COMMAND, refusedKeys, type Witness } from './witness';

const CHANGES = /^(role\.edited|administrator\.(edited|role_changed|suspended|reactivated))$/;

/**
 * Compares, when all is at rest, what authors asked for and were told with what is: rows, log, documents, copies and
 * devices. Returns what differs, in words; nothing when all is well.
 */
export function check(
  stored: StoredFacts,
  { service, devices, witness }: { service: Service; devices: readonly Device[]; witness: Witness }
): string[] {
  const entries = stored.entries.map(({ n, body }) => ({ ...(JSON.parse(body) as Omit<Entry, 'n'>), n }));
  const replay = new Replay(PEOPLE.find(({ owner }) => owner)!.id, witness.asked, service.proofs);
  replay.play(entries);
  return [
    ...replay.problems,
    ...checkRows(stored, replay),
    ...checkAuthors(entries, witness),
    ...checkOperations(stored, entries, service, witness),
    ...checkDevices(stored, devices, witness),
    ...checkCopies(stored, devices)
  ];
}

/** Played from its beginning, the log makes the rows. */
function* checkRows(stored: StoredFacts, replay: Replay): Generator<string> {
  for (const row of stored.roles) {
    const role = replay.roles.get(row.id);
    if (!role) {
      yield `role ${row.id} is not in the log`;
      continue;
    }
    const held = stored.cells
      .filter((cell) => cell.roleId === row.id && cell.on)
      .map((cell) => cell.permissionId);
    if (held.sort().join() !== [...role.held].sort().join())
      yield `role ${row.id}: rows hold ${held.join()}, the log makes ${[...role.held].join()}`;
    if (row.count !== held.length) yield `role ${row.id}: counts ${row.count}, holds ${held.length}`;
    if (row.name !== role.name || row.description !== role.description)
      yield `role ${row.id}: “${row.name}”, “${row.description}”; the log makes “${role.name}”, “${role.description}”`;
    if (row.seq !== role.version) yield `role ${row.id}: version ${row.seq}, the log makes ${role.version}`;
  }
  for (const row of stored.people) {
    const { roleId, name, status, caps, version } = replay.people.get(row.id)!;
    const made = { id: row.id, name, roleId, status, caps, seq: version };
    if (!isDeepStrictEqual(row, made))
      yield `person ${row.id}: ${JSON.stringify(row)}, the log makes ${JSON.stringify(made)}`;
  }
}

/** Whatever the log says of an operation, it says of the person whose it was. */
function* checkAuthors(entries: readonly Entry[], { authors }: Witness): Generator<string> {
  for (const { n, op, action, actor } of entries)
    if (op !== undefined && authors.get(op) !== actor.id)
      yield `entry ${n} (${action}, operation ${op}) is said to be of ${actor.id}, it is of ${authors.get(op)}`;
}

/**
 * Problems with operations: what was acknowledged stands in the log once; what stands there was asked for; one
 * operation, one answer.
 */
function* checkOperations(
  stored: StoredFacts,
  entries: readonly Entry[],
  service: Service,
  witness: Witness
): Generator<string> {
  const changed = new Map<string, Entry[]>();
  for (const entry of entries)
    if (entry.op !== undefined && entry.outcome === 'success' && CHANGES.test(entry.action))
      changed.set(entry.op, [...(changed.get(entry.op) ?? []), entry]);
  const kept = new Map(stored.operations.map((row) => [row.op, row]));
  for (const [op, list] of changed) {
    if (list.length > 1) yield `operation ${op} was applied ${list.length} times`;
    if (kept.get(op)?.actor !== list[0]!.actor.id)
      yield `operation ${op} is in the log, its answer is not kept`;
  }
  for (const [op, { answer, refused }] of witness.heard) {
    const row = kept.get(op);
    if (!row) {
      yield `operation ${op} was answered, the database does not know it`;
      continue;
    }
    if (isReuse(refused) && witness.unkept.has(op)) continue;
    if (!isDeepStrictEqual(row.answer, answer === undefined ? { refused } : { answer }))
      yield `operation ${op}: its author was told ${JSON.stringify(answer ?? refused)}, kept is ${JSON.stringify(row.answer)}`;
    const told = appliedIn(answer);
    const made = (changed.get(op) ?? []).flatMap(partsOfEntry);
    if (told && told.sort().join() !== made.sort().join())
      yield `operation ${op}: its author was told of ${told.join()}, the log has ${made.join()}`;
  }
  const answers = new Map<string, unknown>();
  for (const { op, answer, refused } of service.served) {
    if (refused?.code.startsWith('auth/') || (isReuse(refused) && witness.unkept.has(op))) continue;
    const said = answer ?? refused;
    if (answers.has(op) && !isDeepStrictEqual(answers.get(op), said))
      yield `operation ${op} was answered in two ways: ${JSON.stringify(answers.get(op))} / ${JSON.stringify(said)}`;
    answers.set(op, said);
  }
}

/** A device without room forgot that it had sent a change, and amended it: all it can be told is that. */
function isReuse(refused: Refusal | undefined): boolean {
  return refused?.code === 'input/op-reused';
}

/** The parts an answer says are different now; null where it does not say. */
function appliedIn(answer: unknown): string[] | null {
  const { applied } = (answer ?? {}) as {
    applied?: string[] | { granted: string[]; revoked: string[]; fields: string[] };
  };
  if (!applied) return null;
  return Array.isArray(applied) ? [...applied] : [...applied.granted, ...applied.revoked, ...applied.fields];
}

function partsOfEntry({ change }: Entry): string[] {
  return change.flatMap(({ path, old, new: value }) =>
    path === 'permissions' ? [...(value as string[]), ...(old as string[])] : [path]
  );
}

/** Nothing waits on a device whose person is here; every refusal was shown. */
function* checkDevices(stored: StoredFacts, devices: readonly Device[], witness: Witness): Generator<string> {
  const active = new Set(stored.people.filter(({ status }) => status === 'active').map(({ id }) => id));
  const waiting = new Set<string>();
  for (const { person, disk } of devices)
    for (const record of disk.records) {
      if (!isWaiting(record)) continue;
      waiting.add(record.op);
      if (active.has(person.id))
        yield `${person.name}: ${record.op} is ${record.stage.is} and does not get through`;
    }
  for (const [op, heard] of witness.heard) {
    if (waiting.has(op) || witness.excused.has(op)) continue;
    const { keys } = refusedKeys(heard);
    const asked = heard.refused ? witness.partsSent(op) : keys;
    for (const key of asked)
      if (!witness.shown.has(`${op} ${key}`) && !witness.shown.has(`${op} ${COMMAND}`))
        yield `operation ${op}, ${key}: refused, and its author was not shown it`;
  }
}

function isWaiting({ stage }: OutboxRecord): boolean {
  return stage.is === 'queued' || stage.is === 'sent' || stage.is === 'held';
}

/** Documents, and everybody's copies of them, say what the rows say. */
function* checkCopies(stored: StoredFacts, devices: readonly Device[]): Generator<string> {
  const facts: Facts = {
    ...stored,
    operations: [],
    documents: stateOf(stored.documents),
    replicas: { role: {} }
  };
  yield* checkChain(facts);
  yield* checkDocuments(facts.documents, facts, 'document');
  const people = stored.documents.get('people');
  if (people) yield* checkPeople(people, stored, 'document');
  for (const { person, tabs } of devices)
    for (const tab of tabs) {
      if (!stored.people.some(({ id, status }) => id === person.id && status === 'active')) continue;
      const name = `copy of ${tab.actor.name}`;
      const state = stateOf(new Map([[tab.role.name, tab.role.doc]]));
      if (!state.role[tab.roleId]) yield `${name}: nothing of ${tab.roleId}`;
      yield* checkDocuments(state, facts, name);
      yield* checkPeople(tab.people.doc, stored, name);
    }
}

function stateOf(documents: ReadonlyMap<string, Y.Doc>): ReplicaState {
  const state: ReplicaState = { role: {} };
  for (const [name, doc] of documents) describe(state, name, doc);
  return state;
}

function* checkPeople(doc: Y.Doc, stored: StoredFacts, what: string): Generator<string> {
  for (const { id, name, roleId, status, seq } of stored.people) {
    const cell = peopleMap(doc).get(id);
    if (!cell || cell.name !== name || cell.roleId !== roleId || cell.status !== status || cell.seq !== seq)
      yield `${what} people: ${JSON.stringify(cell)}, row ${JSON.stringify({ name, roleId, status, seq })}`;
  }
}
