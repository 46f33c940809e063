import { createHash } from 'node:crypto';
import { ClaimedPresence } from '../src/lib/protocol/awareness';
import { LIMITS } from './limits';
import type { PresenceClaim } from './frames';

const HUES = 8;
const MAX_CLOCK_STEP = 1000;
/** y-protocols forgets somebody who was not heard of for 30 s. */
const FORGET_MS = 30_000;

export type Identity = { id: string; name: string };

type Shown = PresenceClaim & { person: string; colour: number; heard: number };

/**
 * Who is in one document and where. A client id proves nothing: each connection may speak for the first id it named that
 * nobody else has, and identity is stamped over whatever it claims (W-15).
 */
export class PresenceList {
  readonly #shown = new Map<number, Shown>();
  readonly #changed = new Set<number>();

  /**
   * Takes a claim from a connection that owns `claim.client`. False when it is not acceptable: too large, not the shape, a
   * clock that jumps.
   */
  claim(claim: PresenceClaim, identity: Identity, now: number): boolean {
    const before = this.#shown.get(claim.client);
    if (before && (claim.clock <= before.clock || claim.clock > before.clock + MAX_CLOCK_STEP))
      // Repeated or late messages are normal after a reconnection; they are not news.
      return claim.clock <= before.clock;
    if (claim.state.length > LIMITS.presenceBytes) return false;
    let state = 'null';
    const colour = before?.colour ?? this.#colourFor(identity.id);
    if (claim.state !== 'null') {
      const at = parseClaim(claim.state);
      if (at === null) return false;
      state = JSON.stringify({ ...at, id: identity.id, name: identity.name, colour });
    }
    this.#shown.set(claim.client, { ...claim, state, person: identity.id, colour, heard: now });
    this.#changed.add(claim.client);
    return true;
  }

  /** Takes what another process says of somebody who is connected there. It was stamped there. */
  takeRelayed(entry: PresenceClaim & { person: string; colour: number }, now: number): void {
    const before = this.#shown.get(entry.client);
    if (before && entry.clock <= before.clock) return;
    this.#shown.set(entry.client, { ...entry, heard: now });
    this.#changed.add(entry.client);
  }

  /** The connection that spoke for this client is gone. */
  leave(client: number): void {
    const shown = this.#shown.get(client);
    if (!shown || shown.state === 'null') return;
    this.#shown.set(client, { ...shown, clock: shown.clock + 1, state: 'null' });
    this.#changed.add(client);
  }

  /** What changed since the last call: what everybody is told. */
  takeChanges(): (PresenceClaim & { person: string; colour: number })[] {
    const entries = [...this.#changed].map((client) => this.#shown.get(client)).filter((entry) => entry !== undefined);
    this.#changed.clear();
    return entries;
  }

  /** Everybody who is here: what a newcomer is told. */
  everybody(): PresenceClaim[] {
    return [...this.#shown.values()].filter((entry) => entry.state !== 'null');
  }

  isHere(client: number): boolean {
    const shown = this.#shown.get(client);
    return shown !== undefined && shown.state !== 'null';
  }

  /** Forgets those who left and those who were not heard of for long. */
  sweep(now: number): void {
    for (const [client, shown] of this.#shown) {
      if (now - shown.heard < FORGET_MS) continue;
      if (shown.state === 'null' && now - shown.heard > 2 * FORGET_MS) this.#shown.delete(client);
      else if (shown.state !== 'null') this.leave(client);
    }
  }

  /** A stable hue per person; the next free one when somebody else here has it. */
  #colourFor(person: string): number {
    const taken = new Set<number>();
    for (const shown of this.#shown.values()) {
      if (shown.person === person) return shown.colour;
      if (shown.state !== 'null') taken.add(shown.colour);
    }
    const first = createHash('sha256').update(person).digest()[0]! % HUES;
    for (let step = 0; step < HUES; step++) {
      const hue = ((first + step) % HUES) + 1;
      if (!taken.has(hue)) return hue;
    }
    return first + 1;
  }
}

function parseClaim(state: string): { at?: string } | null {
  try {
    const parsed = ClaimedPresence.safeParse(JSON.parse(state));
    return parsed.success ? { ...(parsed.data.at === undefined ? {} : { at: parsed.data.at }) } : null;
  } catch {
    return null;
  }
}
