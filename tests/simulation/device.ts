import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import { readSyncMessage, writeSyncStep1 } from 'y-protocols/sync';
import * as Y from 'yjs';
import { Outbox } from '../../src/lib/client/outbox/outbox.svelte';
import { SpillingStore } from '../../src/lib/client/outbox/spilling-store';
import { transportOver } from '../../src/lib/client/outbox/transport';
import type { Refusal } from '../../src/lib/core/access/refusal';
import { PageIdentity } from '../../src/lib/client/api/page-identity';
import { RoleEdits } from '../../src/lib/features/roles/builder/role-edits.svelte';
import { peopleMap } from '../../src/lib/documents/list-docs';
import { ACTING_AS, type ActingAs } from '../../src/lib/protocol/acting-as';
import { CLOSE } from '../../src/lib/protocol/close-codes';
import type { DocumentName } from '../../src/lib/protocol/documents';
import { uuidOf } from './determinism';
import { DeviceDisk, DeviceLock, DeviceStore } from './device-disk';
import { faultyReload, faultyStore, faultyTransport } from './faulty-device';
import type { Person } from './ground';
import { Link, type Socket } from './network';
import type { Cookie, Service } from './server';
import type { Actor, World } from './world';
import type { Witness } from './witness';

const DEADLINE_MS = 15_000;

/** A browser's cookies: one session, whoever's pages send it. */
export type Jar = { cookie: Cookie | null };

/** A person's part of a device: what it keeps outlives its pages. Others may use the same browser. */
export class Device {
  readonly world: World;
  readonly person: Person;
  readonly service: Service;
  readonly link: Link;
  readonly disk: DeviceDisk;
  readonly lock: DeviceLock;
  readonly witness: Witness;
  /** Copies of documents: updates as they came. */
  readonly copies = new Map<DocumentName, Uint8Array[]>();
  jar: Jar = { cookie: null };
  /** The browser says that there is a connection. */
  online = true;
  /** Error of its clock, in milliseconds. */
  clockError = 0;
  tabs: Tab[] = [];
  #tabs = 0;

  constructor(world: World, service: Service, person: Person, witness: Witness) {
    this.world = world;
    this.service = service;
    this.person = person;
    this.witness = witness;
    this.link = new Link(world, service, person.name);
    this.disk = new DeviceDisk(world, (before, after) => witness.kept(this, before, after));
    this.lock = new DeviceLock(world);
  }

  /** Cookie that goes out with every request: perhaps somebody else's. */
  get cookie(): Cookie | null {
    return this.jar.cookie;
  }

  /** This person's session, where it is theirs that the browser has. */
  get ownCookie(): Cookie | null {
    return this.cookie?.personId === this.person.id ? this.cookie : null;
  }

  /** Asks who is here, as pages do: nobody's question, whose answer is waited for so long. */
  async askWho(): Promise<ActingAs | null> {
    const late = this.world.wait(DEADLINE_MS).then(() => Promise.reject(new Error('no answer')));
    const { body } = await Promise.race([this.link.ask('me.get', '{}', this.cookie, null), late]);
    const { result, error } = body as { result?: { data: ActingAs }; error?: { data: { refusal: Refusal } } };
    if (error?.data.refusal.code === 'busy') throw new Error('the database is away');
    return result?.data ?? null;
  }

  /** Opens a page: all that it does is its own, from its first moment on. */
  open(roleId: string): void {
    const actor = { name: `${this.person.name}/${++this.#tabs}`, alive: true };
    this.world.after(0, () => this.tabs.push(new Tab(this, actor, roleId)), actor);
  }

  /** The browser is killed. */
  crash(): void {
    this.world.note(`${this.person.name}: the browser dies`);
    for (const tab of [...this.tabs]) tab.die();
  }

  goOffline(): void {
    this.online = false;
    this.link.break();
  }

  comeBack(): void {
    this.online = true;
    this.link.cut = false;
    this.#wake();
  }

  /** Signed in again: pages go on. */
  admit(cookie: Cookie): void {
    this.jar.cookie = cookie;
    this.#wake();
  }

  #wake(): void {
    for (const tab of this.tabs) this.world.after(0, () => tab.wake(), tab.actor);
  }
}

/** An open page with the builder of one role, and the list of people. */
export class Tab {
  readonly actor: Actor;
  readonly device: Device;
  readonly identity: PageIdentity;
  readonly outbox: Outbox;
  readonly roleId: string;
  readonly edits: RoleEdits;
  readonly role: Replica;
  readonly people: Replica;
  /** People as this page was last told: what of them is no document's. */
  readonly looked = new Map<
    string,
    { name: string; roleId: string; caps: Record<string, unknown>; seq: number }
  >();
  #hears: (() => void) | null = null;

  constructor(device: Device, actor: Actor, roleId: string) {
    const { world, witness } = device;
    this.device = device;
    this.roleId = roleId;
    this.actor = actor;
    const found = device.disk.records;
    const reloaded = faultyReload(found);
    if (reloaded !== found)
      device.disk.write(
        new Map(reloaded.map((record) => [record.n, JSON.stringify(record)])),
        found,
        reloaded
      );
    const store = new DeviceStore(device.disk, this.actor);
    const clock = {
      now: () => world.now + device.clockError,
      after: (ms: number, call: () => void) => world.after(ms, call, this.actor)
    };
    this.identity = new PageIdentity(() => device.askWho());
    if (device.ownCookie) this.identity.become(device.ownCookie);
    else this.identity.expect(device.person.id);
    const send = transportOver(async (url, { body, headers, signal }) => {
      const procedure = url.slice('/trpc/'.length);
      witness.sends(this, procedure, JSON.parse(body as string) as Record<string, unknown>);
      const late = new Promise<never>((_, reject) =>
        signal?.addEventListener('abort', () => reject(signal.reason as Error))
      );
      const claimed = (headers as Record<string, string>)[ACTING_AS]!;
      const reply = await Promise.race([
        device.link.ask(procedure, body as string, device.cookie, claimed),
        late
      ]);
      witness.hears(this, body as string, reply);
      return { status: reply.status, json: () => Promise.resolve(reply.body) };
    }, this.identity.handsOf(device.person.id));
    const outbox: Outbox = new Outbox({
      store: faultyStore(store) ?? new SpillingStore(store, (spilled) => (outbox.volatile = spilled)),
      send: faultyTransport(world, send),
      alone: (work) => device.lock.hold(this.actor, work),
      channel: {
        announce: () => this.#tell(),
        onheard: (call) => {
          this.#hears = call;
          return () => (this.#hears = null);
        }
      },
      clock,
      random: () => world.random.next(),
      newOp: () => uuidOf(world),
      mayTry: () => device.online,
      askPassword: () => this.#askPassword()
    });
    this.outbox = outbox;
    outbox.watch((_before, records) => witness.sees(records));
    const edit = outbox.edit.bind(outbox);
    outbox.edit = (subject, label, changes) => {
      witness.changes(this, subject, changes);
      edit(subject, label, changes);
    };
    this.role = new Replica(device, `role:${roleId}`, this.actor);
    this.people = new Replica(device, 'people', this.actor);
    this.edits = new RoleEdits({
      roleId,
      doc: this.role.doc,
      outbox,
      isMe: (by) => by === device.person.name,
      clock
    });
    this.people.doc.on('update', () => this.#settlePeople());
    world.note(`${actor.name} opens ${roleId}`);
  }

  /** The connection is back, or somebody is signed in again. */
  wake(): void {
    this.role.wake();
    this.people.wake();
    this.outbox.retryNow();
  }

  /** Asks what the page of a person shows. */
  async look(personId: string): Promise<void> {
    const { service, link, world } = this.device;
    const program = link.cut ? null : service.any();
    if (!program) return;
    await world.wait(link.delay);
    const asker = world.actor;
    const found = await new Promise<unknown>((resolve) =>
      world.after(
        0,
        () =>
          void program.look(personId).then((answer) => world.after(link.delay, () => resolve(answer), asker)),
        program.actor
      )
    );
    if (found) this.looked.set(personId, found as never);
  }

  /** Closed by its person. */
  close(): void {
    this.device.world.note(`${this.actor.name} closes`);
    this.edits.destroy();
    this.outbox.close();
    this.#leave();
  }

  /** Killed in the middle of whatever it does. */
  die(): void {
    this.#leave();
  }

  #leave(): void {
    const { device } = this;
    this.actor.alive = false;
    device.tabs = device.tabs.filter((tab) => tab !== this);
    device.disk.bury(this.actor);
    device.lock.bury(this.actor);
    this.role.leave();
    this.people.leave();
    device.witness.gone(this);
  }

  #tell(): void {
    const { world, tabs } = this.device;
    for (const tab of tabs)
      if (tab !== this) world.after(world.random.whole(0, 20), () => tab.#hears?.(), tab.actor);
  }

  async #askPassword(): Promise<boolean> {
    const { world, service, person, witness } = this.device;
    await world.wait(world.random.whole(500, 4_000), this.actor);
    const cookie = this.device.ownCookie;
    const held = this.outbox.records.filter(({ stage }) => stage.is === 'held');
    const proved =
      cookie && !this.device.link.cut && !world.random.chance(0.3) && (await service.prove(person, cookie));
    if (!proved) witness.declines(this, held);
    return Boolean(proved);
  }

  #settlePeople(): void {
    for (const { subject, stage } of this.outbox.records) {
      if (stage.is !== 'landed' || !subject.startsWith('person:')) continue;
      const cell = peopleMap(this.people.doc).get(subject.slice('person:'.length));
      if (cell) this.outbox.acknowledge(subject, cell.seq);
    }
  }
}

/** A page's copy of a document: kept on the device, brought up to date over a socket, which comes back by itself. */
export class Replica {
  // Without a name of its own: drawing one costs more than all the rest of an empty document.
  readonly doc = new Y.Doc({ guid: 'copy' });
  readonly name: DocumentName;
  readonly #device: Device;
  readonly #actor: Actor;
  #socket: Socket | null = null;
  #failures = 0;
  #retry: (() => void) | null = null;

  constructor(device: Device, name: string, actor: Actor) {
    this.#device = device;
    this.name = name as DocumentName;
    this.#actor = actor;
    const kept = device.copies.get(this.name) ?? [];
    if (kept.length > 0)
      this.doc.transact(() => {
        for (const update of kept) Y.applyUpdate(this.doc, update);
      });
    this.doc.on('update', (update: Uint8Array) => {
      const { world } = device;
      // Written a moment later: a page that dies before loses it.
      world.after(
        world.random.whole(1, 30),
        () => device.copies.set(this.name, [...(device.copies.get(this.name) ?? []), update]),
        actor
      );
    });
    this.#connect();
  }

  wake(): void {
    if (this.#socket) return;
    this.#retry?.();
    this.#failures = 0;
    this.#connect();
  }

  leave(): void {
    this.#retry?.();
    this.#socket?.leave();
    this.#socket = null;
  }

  #connect(): void {
    this.#retry = null;
    if (!this.#device.online || !this.#device.cookie) return;
    const { link, cookie, person } = this.#device;
    this.#socket = link.open(this.name, cookie, person.id, {
      owner: this.#actor,
      opened: () => {
        this.#failures = 0;
        const encoder = encoding.createEncoder();
        encoding.writeVarUint(encoder, 0);
        writeSyncStep1(encoder, this.doc);
        this.#socket?.up(encoding.toUint8Array(encoder));
      },
      received: (frame) => this.#read(frame),
      closed: (code) => this.#closed(code)
    });
  }

  #read(frame: Uint8Array): void {
    const decoder = decoding.createDecoder(frame);
    if (decoding.readVarUint(decoder) !== 0) return;
    const { world, witness } = this.#device;
    const before = Y.getState(this.doc.store, 1);
    const step = readSyncMessage(decoder, encoding.createEncoder(), this.doc, this);
    witness.receives(this, step, before, frame);
    world.note(`${this.#actor.name} has ${this.name} at ${Y.getState(this.doc.store, 1)}`);
  }

  #closed(code: number): void {
    this.#socket = null;
    const { world } = this.#device;
    // Final: what follows is a sign-in, which wakes it.
    if (code === CLOSE.signedOut) return;
    const ms = Math.min(10_000, 100 * 2 ** this.#failures++) * (0.5 + world.random.next());
    this.#retry = world.after(ms, () => this.#connect(), this.#actor);
  }
}
