import * as Y from 'yjs';
import { Outbox } from '../../src/lib/client/outbox/outbox.svelte';
import type { OutboxRecord, Records, Step, Subject } from '../../src/lib/client/outbox/record';
import type { Request } from '../../src/lib/client/outbox/requests';
import { SpillingStore } from '../../src/lib/client/outbox/spilling-store';
import { StoreFull, StoreGone, type OutboxStore } from '../../src/lib/client/outbox/store';
import type { Sent } from '../../src/lib/client/outbox/transport';
import { RoleEdits } from '../../src/lib/client/role-edits.svelte';
import type { World } from './world';

/** What the device itself keeps: it outlives pages and browsers. */
class Disk {
  records: Records = [];
  replica: Uint8Array = Y.encodeStateAsUpdate(new Y.Doc());
  full = false;
}

/** A page's way to the disk: it is gone with its page, whatever it was about to write. */
class PageStore implements OutboxStore {
  alive = true;
  constructor(
    readonly disk: Disk,
    readonly onwritten: (before: Records, after: Records) => void
  ) {}

  async read(): Promise<Records> {
    if (!this.alive) throw new StoreGone('crashed');
    return this.disk.records;
  }

  async update(step: Step): Promise<Records> {
    await Promise.resolve();
    if (!this.alive) throw new StoreGone('crashed');
    if (this.disk.full) throw new StoreFull('full');
    const before = this.disk.records;
    this.disk.records = step(before);
    this.onwritten(before, this.disk.records);
    return this.disk.records;
  }

  close(): void {
    this.alive = false;
  }
}

export type DevicePorts = {
  world: World;
  roleId: string;
  name: string;
  /** Sends a request over the network; resolves with what comes back. */
  send(device: Device, request: Request): Promise<Sent>;
  /** Gives the password; the server knows then. */
  prove(device: Device): Promise<void>;
  newOp(): string;
  onwritten(device: Device, before: Records, after: Records): void;
};

type Page = { outbox: Outbox; edits: RoleEdits; doc: Y.Doc; store: PageStore };

/** Somebody's device: pages that come and go over a disk that stays. */
export class Device {
  readonly disk = new Disk();
  /** How often its browser died: what was asked before that is answered to nobody. */
  lives = 0;
  online = true;
  sid: string | null = null;
  page: Page | null = null;
  /** A second tab of the same person. */
  other: Page | null = null;
  readonly #ports: DevicePorts;
  #held: Promise<void> = Promise.resolve();

  constructor(
    readonly personId: string,
    ports: DevicePorts
  ) {
    this.#ports = ports;
  }

  get subject(): Subject {
    return `role:${this.#ports.roleId}`;
  }

  open(): void {
    this.page = this.#openPage();
  }

  openOther(): void {
    this.other ??= this.#openPage();
  }

  /** kill -9: what was not on the disk is gone, and so is whoever held the lock. */
  crash(): void {
    this.lives++;
    for (const page of [this.page, this.other]) {
      if (!page) continue;
      page.store.alive = false;
      page.edits.destroy();
      page.outbox.close();
    }
    this.page = this.other = null;
    this.#held = Promise.resolve();
  }

  /** The replica takes what the server sends, and the disk keeps it. */
  take(update: Uint8Array): void {
    for (const page of [this.page, this.other]) if (page) Y.applyUpdate(page.doc, update);
    if (this.page) this.disk.replica = Y.encodeStateAsUpdate(this.page.doc);
  }

  get vector(): Uint8Array {
    return Y.encodeStateVectorFromUpdate(this.disk.replica);
  }

  refusals(): readonly OutboxRecord[] {
    return this.page?.outbox.refused ?? [];
  }

  #openPage(): Page {
    const { world, roleId, name, send, prove, newOp, onwritten } = this.#ports;
    const store = new PageStore(this.disk, (before, after) => onwritten(this, before, after));
    const doc = new Y.Doc();
    Y.applyUpdate(doc, this.disk.replica);
    const tell = () => {
      const others = [this.page, this.other].filter((each) => each && each.store !== store);
      for (const each of others) world.after(1, () => each!.store.alive && heard.get(each!.store)?.());
    };
    const outbox = new Outbox({
      store: new SpillingStore(store, () => undefined),
      send: (request) => send(this, request),
      alone: (work) => this.#alone(store, work),
      channel: {
        tell,
        onheard: (call) => {
          heard.set(store, call);
          return () => heard.delete(store);
        }
      },
      clock: world.clock,
      random: () => world.random.next(),
      newOp,
      mayTry: () => this.online,
      askPassword: async () => {
        await prove(this);
        return true;
      }
    });
    const isMe = (by: string) => by === name;
    const edits = new RoleEdits({ roleId, doc, outbox, isMe, clock: world.clock });
    return { outbox, edits, doc, store };
  }

  /** One sender at a time; a page that crashed holds nothing. */
  async #alone(store: PageStore, work: () => Promise<void>): Promise<void> {
    const before = this.#held;
    let free: () => void = () => undefined;
    this.#held = new Promise((resolve) => (free = resolve));
    await before;
    try {
      if (store.alive) await work();
    } finally {
      free();
    }
  }
}

const heard = new WeakMap<PageStore, () => void>();
