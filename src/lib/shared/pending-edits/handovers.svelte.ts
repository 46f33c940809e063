import { v4 as uuid } from 'uuid';
import type { Refusal } from '$lib/core/access/refusal';
import { api, isConnectionFault, pageIdentity, refusalOf } from '$lib/client/api/api';
import { asOwn, changeOf, type RequestedChange } from '$lib/client/outbox/requested-change';
import { Forwarder } from '$lib/client/outbox/forwarder';
import type { PartValue } from '$lib/client/outbox/record';
import { sendOverHttp } from '$lib/client/outbox/transport';
import type { Session } from '$lib/client/session/session.svelte';

export type Handover = Awaited<ReturnType<typeof api.handovers.list.query>>['toMe'][number];

/** Change that a hand-over asks for: the server took it by the schema of its command. */
export function requestedChangeIn({ procedure, input }: Handover): RequestedChange {
  return { procedure, input } as RequestedChange;
}

/** Present state of the subject of a hand-over, as far as it matters for what is asked. */
export type Present = {
  /** Its version; null where there is none to know. */
  seq: number | null;
  /** The value of a part; undefined where it is not told. */
  value(key: string): PartValue | undefined;
};

/** Result of an attempt: done, refused with the reasons, kept on the device, or not known. */
export type HandoverEnd = 'done' | { refused: readonly Refusal[] } | 'kept' | 'lost';

/** Hand-overs to this person, and those they handed on (LIV-8). The server has them; devices keep nothing of them. */
export class Handovers {
  lists = $state.raw<{ toMe: readonly Handover[]; fromMe: readonly Handover[] } | null>(null);
  /** The last look failed. */
  failed = $state(false);
  readonly forwarder: Forwarder;
  readonly #session: Session;
  #looks = 0;
  /** Present states by subject, since the last look: many hand-overs may be about one. */
  readonly #present = new Map<string, Promise<Present>>();

  constructor(session: Session) {
    this.#session = session;
    const send = sendOverHttp(pageIdentity.handsOf(session.me.id));
    this.forwarder = new Forwarder(session.outbox, (input) => send({ procedure: 'handovers.send', input }));
  }

  /** Asks the server; what was known stays on screen meanwhile. */
  async look(): Promise<void> {
    const look = ++this.#looks;
    this.#present.clear();
    try {
      const lists = await api.handovers.list.query();
      // An answer to a later question is newer.
      if (look === this.#looks) [this.lists, this.failed] = [lists, false];
    } catch {
      if (look === this.#looks) this.failed = true;
    }
  }

  /** Present state of what a change is asked for, as of the last look. @throws when there is no answer */
  present({ subject }: Handover): Promise<Present> {
    const key = `${subject.type}:${subject.id}`;
    const found = this.#present.get(key) ?? this.#askPresent(subject);
    this.#present.set(key, found);
    // A failure is asked anew; not what was asked since.
    found.catch(() => this.#present.get(key) === found && this.#present.delete(key));
    return found;
  }

  /** The same at this moment. */
  presentNow(handover: Handover): Promise<Present> {
    this.#present.delete(`${handover.subject.type}:${handover.subject.id}`);
    return this.present(handover);
  }

  async #askPresent(subject: Handover['subject']): Promise<Present> {
    if (subject.id === null) return { seq: null, value: () => undefined };
    if (subject.type !== 'person') {
      const roles = subject.type === 'role' ? api.roles : api.userRoles;
      const role = await roles.get.query({ id: subject.id });
      const { name, description, require2fa } = role;
      const fields: Record<string, PartValue> = { name, description, require2fa };
      const held = new Set(role.permissions);
      return { seq: role.seq, value: (key) => fields[key] ?? held.has(key) };
    }
    const { name, email, roleId, caps, seq } = await api.administrators.get.query({ id: subject.id });
    const fields: Record<string, PartValue> = {
      name,
      email,
      roleId,
      ...Object.fromEntries(Object.entries(caps ?? {}).map(([cap, value]) => [`caps.${cap}`, value]))
    };
    return { seq, value: (key) => fields[key] };
  }

  /**
   * Applies what was asked as a change of one's own, through one's own outbox, knowing what one has on screen (LIV-5
   * to LIV-7).
   */
  async apply(handover: Handover, present: Present): Promise<HandoverEnd> {
    const requested = requestedChangeIn(handover);
    const { subject } = changeOf(requested);
    const label = handover.subject.name ?? handover.label;
    const own = asOwn(requested, present.seq);
    const outcome = await this.#session.outbox.apply({ ...own, subject, label }, handover.id);
    if (outcome.state === 'kept') return 'kept';
    if (outcome.state === 'refused') return { refused: [outcome.refusal] };
    const parts = outcome.answer && 'refused' in outcome.answer ? outcome.answer.refused : [];
    return parts.length > 0 ? { refused: parts } : 'done';
  }

  decline(handover: Handover, note: string): Promise<HandoverEnd> {
    const { id } = handover;
    return this.#end(() => api.handovers.decline.mutate({ op: uuid(), id, ...(note ? { note } : {}) }));
  }

  /** Takes back what waits for somebody: it is in one's own tray again. */
  async withdraw(handover: Handover): Promise<HandoverEnd> {
    const { id } = handover;
    const end = await this.#end(() => api.handovers.withdraw.mutate({ op: uuid(), id }));
    if (end === 'done') this.putBack(handover);
    return end;
  }

  /** Puts what was declined or taken back into one's own tray. */
  putBack(handover: Handover): void {
    const { id, label, reason, refused, askedAt } = handover;
    if (reason)
      this.#session.outbox.putBack({
        ...changeOf(requestedChangeIn(handover)),
        label,
        reason,
        // Handed on once more, the server finds its own answer again.
        ...(refused === null ? {} : { op: refused }),
        at: Date.parse(askedAt),
        handover: id
      });
  }

  async #end(ask: () => Promise<unknown>): Promise<HandoverEnd> {
    try {
      await ask();
      return 'done';
    } catch (error) {
      const refusal = refusalOf(error);
      if (isConnectionFault(error)) return 'lost';
      if (!refusal) throw error;
      return { refused: [refusal] };
    } finally {
      await this.look();
    }
  }
}

const known = new WeakMap<Session, Handovers>();

/** The hand-overs of a session, the same for every page. */
export function handoversOf(session: Session): Handovers {
  const found = known.get(session) ?? new Handovers(session);
  known.set(session, found);
  return found;
}
