import { CAPS } from '../../src/lib/core/quotas/caps';
import type { OutboxRecord, PartValue, Subject } from '../../src/lib/client/outbox/record';
import type { FieldChange } from '../../src/lib/client/outbox/steps/edits';
import { peopleMap } from '../../src/lib/documents/list-docs';
import type { Random } from '../faults/random';
import type { Device, Tab } from './device';
import { EDITED_ROLES, PEOPLE, PERMISSIONS } from './ground';
import { BLOWS, type Service } from './server';
import type { Witness } from './witness';
import type { World } from './world';

const NAMES = ['Support', 'Desk', 'Care', 'Helpers', 'Drafts'];
const WORDS = ['', 'By day', 'By night', 'Weekends'];

/** Script of what people do, and of what happens to them: one thing after the other, by chance. */
export class Script {
  /** Number of times a program was made to die. */
  deaths = 0;
  readonly #world: World;
  readonly #random: Random;
  readonly #service: Service;
  readonly #devices: readonly Device[];
  readonly #witness: Witness;

  constructor(world: World, service: Service, devices: readonly Device[], witness: Witness) {
    this.#world = world;
    this.#random = world.random;
    this.#service = service;
    this.#devices = devices;
    this.#witness = witness;
  }

  act(): void {
    const device = this.#random.pick(this.#devices);
    const tab = device.tabs.length > 0 ? this.#random.pick(device.tabs) : null;
    if (!tab) return void device.open(this.#random.pick(EDITED_ROLES));
    // What a person does belongs to the page it is done in.
    this.#world.actor = tab.actor;
    this.#choose(device, tab)();
  }

  #choose(device: Device, tab: Tab): () => void {
    const random = this.#random;
    const kinds: [weight: number, act: () => void][] = [
      [22, () => this.#tick(tab, 1)],
      [7, () => this.#tick(tab, random.whole(2, 5))],
      [8, () => this.#setField(tab)],
      [4, () => void tab.edits.undo()],
      [2, () => void tab.edits.redo()],
      [9, () => this.#editPerson(tab)],
      [6, () => void tab.look(random.pick(PEOPLE).id)],
      [3, () => this.#changeStatus(tab)],
      [4, () => this.#dismiss(tab)],
      [4, () => this.#askAgain(tab)],
      [6, () => this.#givePassword(device, tab)],
      [5, () => this.#signInAgain(device)],
      [6, () => this.#changeConnection(device)],
      [3, () => (device.link.cut = !device.link.cut)],
      [3, () => device.crash()],
      [2, () => tab.close()],
      [3, () => void (mayOpenAnother(device) && device.open(random.pick(EDITED_ROLES)))],
      // Several pages on a device without room are a known limit (docs/decisions/0024).
      [2, () => (device.disk.full = !device.disk.full && device.tabs.length < 2)],
      [1, () => (device.clockError += random.whole(-3_600_000, 3_600_000))],
      [7, () => this.#strike()]
    ];
    let at = random.next() * kinds.reduce((sum, [weight]) => sum + weight, 0);
    for (const [weight, act] of kinds) if ((at -= weight) < 0) return act;
    return kinds[0]![1];
  }

  #tick(tab: Tab, howMany: number): void {
    const ids = Array.from({ length: howMany }, () => this.#random.pick(PERMISSIONS));
    const on = this.#random.chance(0.6) ? !tab.edits.shown(ids[0]!) : this.#random.chance(0.5);
    tab.edits.set(new Set(ids), on);
  }

  #setField(tab: Tab): void {
    if (this.#random.chance(0.5)) tab.edits.setField('name', this.#random.pick(NAMES));
    else tab.edits.setField('description', this.#random.pick(WORDS));
  }

  /** Name, role or caps of somebody, by the page's list and by what it was last told of them. */
  #editPerson(tab: Tab): void {
    const random = this.#random;
    const { id, name: label } = random.pick(PEOPLE);
    const cell = peopleMap(tab.people.doc).get(id);
    const looked = tab.looked.get(id);
    if (!cell) return;
    const kind = random.whole(0, 2);
    if (kind === 0) {
      const value = `${label}${random.pick(['', ' B', ' C'])}`;
      this.#change(tab, id, label, { key: 'name', value, committed: cell.name }, cell.seq);
    } else if (kind === 1) {
      const value = random.pick(['support', 'helpers', 'admin', 'drafts']);
      this.#change(tab, id, label, { key: 'roleId', value, committed: cell.roleId }, cell.seq);
    } else if (looked) {
      const cap = random.pick(CAPS).id;
      const value = random.pick(['inherit', 'unlimited', 100, 500, 900]);
      const committed = looked.caps[cap] as PartValue;
      this.#change(tab, id, label, { key: `caps.${cap}`, value, committed }, looked.seq);
    }
  }

  #change(tab: Tab, id: string, label: string, change: Omit<FieldChange, 'seen'>, seen: number): void {
    tab.outbox.edit(`person:${id}`, label, [{ ...change, seen }]);
  }

  /** Suspends somebody or lets them in again, and waits at the button for a moment. */
  #changeStatus(tab: Tab): void {
    const { id, name } = this.#random.pick(PEOPLE.slice(1));
    const cell = peopleMap(tab.people.doc).get(id);
    if (!cell) return;
    const procedure = cell.status === 'suspended' ? 'administrators.reactivate' : 'administrators.suspend';
    this.#world.note(`${tab.actor.name} asks ${procedure} of ${name}`);
    const subject: Subject = `person:${id}`;
    const outcome = tab.outbox.run({ procedure, input: { id }, subject, label: name });
    const told = this.#witness.waits(tab.outbox.records.at(-1)!.op);
    void outcome.then(({ state }) => told(state));
  }

  #dismiss(tab: Tab): void {
    const { refused, pending } = tab.outbox;
    const record = this.#any([...refused, ...pending]);
    if (!record) return;
    this.#witness.dismisses(tab, record);
    tab.outbox.discard(record.n);
  }

  #askAgain(tab: Tab): void {
    const record = this.#any(tab.outbox.refused);
    if (record?.stage.is !== 'refused') return;
    const { reason } = record.stage;
    const known = 'version' in reason ? reason.version : 0;
    if (record.change.kind === 'edit')
      for (const [key, { value }] of Object.entries(record.change.parts))
        this.#witness.ask(tab, { subject: record.subject, key, value, knows: known });
    this.#witness.dismisses(tab, record);
    tab.outbox.askAgain(record.n);
  }

  #any(records: readonly OutboxRecord[]): OutboxRecord | null {
    return records.length > 0 ? this.#random.pick(records) : null;
  }

  #givePassword(device: Device, tab: Tab): void {
    const { ownCookie: cookie, link } = device;
    if (!cookie || link.cut) return;
    void this.#service.prove(device.person, cookie).then(async (proved) => {
      if (proved) await tab.outbox.release();
    });
  }

  #signInAgain(device: Device): void {
    if (device.link.cut) return;
    if (device.cookie && this.#random.chance(0.3)) {
      // The session ends: what is sent with it finds nobody.
      device.jar.cookie = null;
      return;
    }
    void this.#service
      .signIn(device.person, { provedMinutesAgo: this.#random.pick([0, 9]) })
      .then((cookie) => cookie && device.admit(cookie));
  }

  #changeConnection(device: Device): void {
    if (device.online && !device.link.cut) device.goOffline();
    else device.comeBack();
  }

  #strike(): void {
    const random = this.#random;
    if (random.chance(0.3)) {
      this.deaths++;
      return random.pick(this.#service.programs).die();
    }
    const at = random.pick(BLOWS);
    if (at.startsWith('dies')) this.deaths++;
    this.#service.blow = { at, of: random.chance(0.7) ? 'request' : 'sequencer' };
  }

  /** Everything is mended, everybody is here again, and there is time for all of it to settle. */
  async heal(): Promise<void> {
    const world = this.#world;
    world.note('everything is mended');
    this.#service.blow = null;
    for (const device of this.#devices) {
      device.link.calm = true;
      device.disk.full = false;
      if (device.tabs.length === 0) device.open(this.#random.pick(EDITED_ROLES));
    }
    for (const seconds of [1, 20, 20]) {
      await world.run(world.now + seconds * 1000);
      for (const device of this.#devices) await this.#bringBack(device);
    }
    await world.run(world.now + 20_000);
    await this.#takeTurns();
    // Somebody's turn may have been what let others in again.
    for (const device of this.#devices) if (!this.#isShared(device)) await this.#bringBack(device);
    await world.run(world.now + 20_000);
  }

  /**
   * Signs in those who share a browser, one after the other: what waits is sent when its author is here, whoever was
   * before.
   */
  async #takeTurns(): Promise<void> {
    const world = this.#world;
    const sharing = this.#devices.filter((device) => this.#isShared(device));
    for (const device of [...sharing, ...sharing]) {
      await this.#bringBack(device);
      await world.run(world.now + 40_000);
    }
  }

  #isShared({ jar }: Device): boolean {
    return this.#devices.filter((each) => each.jar === jar).length > 1;
  }

  async #bringBack(device: Device): Promise<void> {
    const world = this.#world;
    const { person } = device;
    const own = device.ownCookie;
    const stands = own && (await world.perform(() => this.#service.prove(person, own)));
    const cookie = stands ? own : await world.perform(() => this.#service.signIn(person));
    if (!cookie) return;
    device.admit(cookie);
    device.comeBack();
    for (const tab of device.tabs) await world.perform(() => tab.outbox.release(), tab.actor);
  }
}

/** A second page, on a device that has room for what both do. */
function mayOpenAnother({ tabs, disk }: Device): boolean {
  return tabs.length < 2 && !disk.full && !tabs.some(({ outbox }) => outbox.volatile);
}
