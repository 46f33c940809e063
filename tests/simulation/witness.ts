import * as decoding from 'lib0/decoding';
import * as Y from 'yjs';
import { canonicalJson, type Json } from '../../src/lib/core/log/canonical-json';
import type { Refusal } from '../../src/lib/core/access/refusal';
import type { OutboxRecord, Records, Subject } from '../../src/lib/client/outbox/record';
import type { FieldChange } from '../../src/lib/client/outbox/steps/edits';
import { peopleMap } from '../../src/lib/documents/list-docs';
import type { Device, Replica, Tab } from './device';
import type { Reply } from './server';
import type { World } from './world';

/** Something an author asked for by hand, and how much they knew of it then. */
export type EditRequest = {
  at: number;
  person: string;
  subject: Subject;
  key: string;
  value: unknown;
  /** The version of the record that was before their eyes, or that a refusal told them of. */
  knows: number;
};

/** The last word on an operation, as a device heard it. */
export type Heard = { person: string; op: string; answer?: unknown; refused?: Refusal };

/** Answers that say nothing about the change itself: it is asked again. */
const PASSING = new Set<string>([
  'busy',
  'auth/signed-out',
  'auth/step-required',
  'auth/other-session',
  'auth/reauthenticate'
]);

/**
 * Looks on: what authors asked for, what left their devices, what came back, and everything a device forgot. It knows
 * the rules of a device, not how the device keeps them.
 */
export class Witness {
  readonly world: World;
  readonly asked: EditRequest[] = [];
  readonly heard = new Map<string, Heard>();
  /** Refusals shown to their author: operation and part. */
  readonly shown = new Set<string>();
  /** Pages that said that they keep nothing, and died: what they alone held is excused. */
  readonly excused = new Set<string>();
  /** Operations of a page that had said that it keeps nothing: the device may not know that they were sent. */
  readonly unkept = new Set<string>();
  /** Authors by operation: the person whose page sent it. */
  readonly authors = new Map<string, string>();
  readonly #bodies = new Map<string, string>();
  /** Number of times a part was asked for; `#made`: the number of times it was put on the device. */
  readonly #changed = new Map<string, number>();
  readonly #made = new Map<string, number>();
  readonly #dismissed = new Set<string>();
  /** Commands whose authors wait at a button: a refusal is told there, and needs no other place. */
  readonly #awaited = new Set<string>();

  constructor(world: World) {
    this.world = world;
  }

  /** An author asks for values. */
  changes(tab: Tab, subject: Subject, changes: readonly FieldChange[]): void {
    for (const { key, value } of changes)
      this.ask(tab, { subject, key, value, knows: knowledgeOf(tab, subject, key) });
  }

  ask(tab: Tab, { subject, key, value, knows }: Omit<EditRequest, 'at' | 'person'>): void {
    const { world } = this;
    const person = tab.device.person.id;
    this.asked.push({ at: world.now, person, subject, key, value, knows });
    count(this.#changed, `${person} ${subject} ${key}`);
    world.note(`${tab.actor.name} asks ${subject} ${key} = ${String(value)} at ${knows}`);
  }

  /** An author takes a record away. */
  dismisses(tab: Tab, record: OutboxRecord): void {
    for (const id of partsOf([record]).keys()) this.#dismissed.add(`${tab.device.person.id} ${id}`);
    this.world.note(`${tab.actor.name} dismisses ${record.op}`);
  }

  /**
   * An author does not give the password that commands ask for: those they just asked for are not done, and nothing of
   * them is left (AUT-4).
   */
  declines(tab: Tab, held: Records): void {
    for (const record of held) if (record.change.kind === 'command') this.dismisses(tab, record);
  }

  /** A request leaves a page. */
  sends(tab: Tab, procedure: string, input: Record<string, unknown>): void {
    const { world } = this;
    const op = String(input['op']);
    const body = `${procedure} ${JSON.stringify(input)}`;
    this.authors.set(op, tab.device.person.id);
    world.note(`${tab.actor.name} sends ${body}`);
    const before = this.#bodies.get(op);
    const isVolatile = tab.outbox.volatile;
    if (isVolatile) this.unkept.add(op);
    if (before !== undefined && before !== body && !this.unkept.has(op))
      world.problem(`${op} was sent as ${before} and as ${body}`);
    this.#bodies.set(op, body);
    const records = isVolatile ? tab.outbox.records : tab.device.disk.records;
    const record = records.find((each) => each.op === op && each.stage.is !== 'refused');
    if (!record) return world.problem(`${op} left ${tab.actor.name} and is not on the device`);
    if (record.stage.is === 'queued' || record.stage.is === 'held')
      world.problem(`${op} left ${tab.actor.name} and may still be amended there`);
    if (!isVolatile && record.stage.is === 'sent' && valuesIn(input) !== valuesOf(record))
      world.problem(`${op} says ${valuesIn(input)} on its way and ${valuesOf(record)} on the device`);
    for (const other of records)
      if (other.n < record.n && other.subject === record.subject && isWaiting(other))
        world.problem(
          `${op} left ${tab.actor.name} before ${other.op}, which is older and of the same record`
        );
  }

  /** The parts that an operation asked for when it was sent. */
  partsSent(op: string): string[] {
    const body = this.#bodies.get(op) ?? '';
    const input = JSON.parse(body.slice(body.indexOf(' ') + 1)) as Record<string, unknown>;
    const parts = (JSON.parse(valuesIn(input)) as [string, unknown][]).map(([key]) => key);
    return parts.length > 0 ? parts : [COMMAND];
  }

  /** An answer reaches a page. */
  hears(tab: Tab, body: string, { body: reply }: Reply): void {
    const { op } = JSON.parse(body) as { op: string };
    const { result, error } = reply as {
      result?: { data: unknown };
      error?: { data: { refusal: Refusal | null } };
    };
    this.world.note(`${tab.actor.name} hears ${op} ${canonicalJson(reply as Json)}`);
    const person = tab.device.person.id;
    const refused = error?.data.refusal ?? undefined;
    if (refused && !PASSING.has(refused.code)) this.heard.set(op, { person, op, refused });
    if (result) this.heard.set(op, { person, op, answer: result.data });
  }

  /** Notes that what a device holds has changed. */
  kept(device: Device, before: Records, after: Records): void {
    const { world } = this;
    const person = device.person.id;
    const now = partsOf(after);
    const then = partsOf(before);
    world.note(
      `${device.person.name} keeps ${[...now].map(([id, { stage }]) => `${id}:${stage.is}`).join()}`
    );
    for (const [id, record] of then) if (!now.has(id)) this.#forgotten(device, id, record);
    for (const [id, record] of now)
      if (!then.has(id)) count(this.#made, `${person} ${record.subject} ${keyOf(id)}`);
  }

  /** A page shows what it has. */
  sees(records: Records): void {
    for (const [id, { op, stage }] of partsOf(records))
      if (stage.is === 'refused') this.shown.add(`${op} ${keyOf(id)}`);
  }

  /** Somebody waits at a button for how a command ends, and is told. */
  waits(op: string): (state: 'done' | 'refused' | 'kept') => void {
    this.#awaited.add(op);
    return (state) => {
      this.world.note(`${op} is told: ${state}`);
      if (state === 'refused') this.shown.add(`${op} ${COMMAND}`);
      else this.#awaited.delete(op);
    };
  }

  /** A device forgot a part of a change: it must have a reason. */
  #forgotten(device: Device, id: string, record: OutboxRecord): void {
    const { world } = this;
    const person = device.person.id;
    const { op, subject, stage } = record;
    const name = `${device.person.name}'s ${stage.is} ${id}`;
    // A page that keeps nothing sent it and was answered: what other pages make of what the device still holds is not
    // foreseen.
    if (this.#dismissed.has(`${person} ${id}`) || (this.unkept.has(op) && this.heard.has(op))) return;
    const isCommand = record.change.kind === 'command';
    if (this.#awaited.has(op) && stage.is !== 'queued') return;
    switch (stage.is) {
      case 'queued':
      case 'held': {
        const part = `${person} ${subject} ${keyOf(id)}`;
        if (isCommand || (this.#changed.get(part) ?? 0) <= (this.#made.get(part) ?? 0))
          world.problem(`${name} is gone, nobody took it back`);
        return;
      }
      case 'sent': {
        const heard = this.heard.get(op);
        if (!heard) world.problem(`${name} is gone without an answer`);
        else if (refusedKeys(heard).has(keyOf(id)))
          world.problem(`${name} was refused, and its author is not told`);
        else this.#letGo(device, name, record, seqIn(heard));
        return;
      }
      case 'refused':
        world.problem(`${name} is gone, its author did not take it away`);
        return;
      case 'landed':
        this.#letGo(device, name, record, stage.seq);
    }
  }

  /**
   * Checks that what landed is shown until a copy on this device has it: else its author would see the old state
   * again.
   */
  #letGo(device: Device, name: string, { subject, at }: OutboxRecord, seq: number): void {
    const seen = Math.max(0, ...device.tabs.map((tab) => seqOf(tab, subject)));
    if (seq > seen && at > this.world.now + device.clockError - 23 * 3600_000)
      this.world.problem(`${name} at ${seq} is let go of, the copies here are at ${seen}`);
  }

  /** A page brings its copy up to date: a first answer holds what was missed, and nothing else (LIV-2). */
  receives(replica: Replica, step: number, before: number, frame: Uint8Array): void {
    if (step !== 1 || before === 0) return;
    const decoder = decoding.createDecoder(frame);
    decoding.readVarUint(decoder);
    decoding.readVarUint(decoder);
    const first = Y.parseUpdateMeta(decoding.readVarUint8Array(decoder)).from.get(1);
    if (first !== undefined && first < before)
      this.world.problem(`${replica.name}: sent from ${first} on, although the copy was at ${before}`);
  }

  gone(tab: Tab): void {
    this.world.note(`${tab.actor.name} is gone`);
    if (!tab.outbox.volatile) return;
    for (const { op } of tab.outbox.records) this.excused.add(op);
  }
}

/** Version of a part that is before the eyes of somebody who looks at this page. */
function knowledgeOf(tab: Tab, subject: Subject, key: string): number {
  if (subject.startsWith('person:') && key.startsWith('caps.'))
    return tab.looked.get(subject.slice('person:'.length))?.seq ?? 0;
  return seqOf(tab, subject);
}

function seqOf(tab: Tab, subject: Subject): number {
  if (subject === `role:${tab.roleId}`) return Number(tab.role.doc.getMap('role').get('seq') ?? 0);
  if (!subject.startsWith('person:')) return 0;
  return peopleMap(tab.people.doc).get(subject.slice('person:'.length))?.seq ?? 0;
}

/** The name of a command's only part. */
export const COMMAND = 'command';

function partsOf(records: Records): Map<string, OutboxRecord> {
  const parts = new Map<string, OutboxRecord>();
  for (const record of records) {
    const keys = record.change.kind === 'edit' ? Object.keys(record.change.parts) : [COMMAND];
    for (const key of keys) parts.set(`${record.op} ${key}`, record);
  }
  return parts;
}

function keyOf(id: string): string {
  return id.slice(id.indexOf(' ') + 1);
}

function isWaiting({ stage }: OutboxRecord): boolean {
  return stage.is === 'queued' || stage.is === 'sent' || stage.is === 'held';
}

/** Parts that an answer refuses; a whole refusal refuses whatever was asked. */
export function refusedKeys({ answer, refused }: Heard): { has(key: string): boolean; keys: string[] } {
  if (refused) return { has: () => true, keys: [] };
  const parts = ((answer ?? {}) as { refused?: { permission?: string; field?: string }[] }).refused ?? [];
  const keys = parts.map(({ field, permission }) =>
    field !== undefined && field !== 'grant' ? field : (permission ?? '')
  );
  return { has: (key) => keys.includes(key), keys };
}

function seqIn({ answer }: Heard): number {
  return ((answer ?? {}) as { seq?: number }).seq ?? 0;
}

/** Values that a request asks for, without how they are written: the same for the same parts. */
function valuesIn(input: Record<string, unknown>): string {
  const {
    grant = [],
    revoke = [],
    caps = {},
    ...rest
  } = input as {
    grant?: string[];
    revoke?: string[];
    caps?: Record<string, unknown>;
  };
  const values = new Map<string, unknown>();
  for (const id of grant) values.set(id, true);
  for (const id of revoke) values.set(id, false);
  for (const [cap, value] of Object.entries(caps)) values.set(`caps.${cap}`, value);
  for (const [field, value] of Object.entries(rest))
    if (!['op', 'claimedAt', 'id', 'seen', 'seenParts'].includes(field)) values.set(field, value);
  return written(values);
}

function valuesOf({ change }: OutboxRecord): string {
  if (change.kind === 'command') return written(new Map());
  return written(new Map(Object.entries(change.parts).map(([key, { value }]) => [key, value])));
}

function written(values: ReadonlyMap<string, unknown>): string {
  return JSON.stringify([...values].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
