import { personHue } from '../src/lib/core/administrators/person-hue';
import { ClaimedPresence } from '../src/lib/protocol/awareness';
import { LIMITS } from './limits';
import type { PresenceClaim } from './frames';

const MAX_CLOCK_STEP = 1000;
/** y-protocols forgets somebody who was not heard of for 30 s. */
const FORGET_MS = 30_000;

export type Identity = { id: string; name: string };

/** Presence of one client, as told to readers and to the other processes. */
export type PresenceEntry = PresenceClaim & { person: string; colour: number };

type Shown = PresenceEntry & { heard: number };

/**
 * Outcome of a claim: it is news; it is old (normal after a reconnection) and its author should hear what stands; or
 * no well-behaved client says that.
 */
export type ClaimOutcome = 'news' | 'old' | 'bad';

/**
 * List of who is in one document and where. A client id proves nothing: each connection may speak for the first id it
 * named that nobody else has, and identity is stamped over whatever it claims (W-15).
 */
export class PresenceList {
  readonly #shown = new Map<number, Shown>();
  readonly #changed = new Set<number>();

  /**
   * Takes a claim from the connection that speaks for `claim.client`. Bad: too large, not the shape, a clock that
   * jumps.
   */
  claim(claim: PresenceClaim, identity: Identity, now: number): ClaimOutcome {
    const before = this.#shown.get(claim.client);
    if (before && claim.clock <= before.clock) {
      before.heard = now;
      return 'old';
    }
    if (before && claim.clock > before.clock + MAX_CLOCK_STEP) return 'bad';
    if (claim.state.length > LIMITS.presenceBytes) return 'bad';
    let state = 'null';
    const colour = personHue(identity.id);
    if (claim.state !== 'null') {
      const where = parseClaim(claim.state);
      if (where === null) return 'bad';
      state = JSON.stringify({ ...where, id: identity.id, name: identity.name, colour });
    }
    this.#show({ ...claim, state, person: identity.id, colour, heard: now });
    return 'news';
  }

  /**
   * Takes what another process says of somebody. It was stamped there.
   * @param ours whether that client is connected here: then what the other process knows is past, and it is told so
   */
  takeRelayed(entry: PresenceEntry, ours: boolean, now: number): void {
    const before = this.#shown.get(entry.client);
    if (before && entry.clock <= before.clock) return;
    // Its person came back through the other process before the old connection here was known to be dead: both would
    // claim to know better for as long as that takes.
    const moved = before?.person === entry.person && entry.state !== 'null';
    if (ours && before && !moved) this.#show({ ...before, clock: entry.clock + 1 });
    else this.#show({ ...entry, heard: now });
  }

  /** The connection that spoke for this client is gone. */
  leave(client: number): void {
    const shown = this.#shown.get(client);
    if (shown && shown.state !== 'null') this.#show({ ...shown, clock: shown.clock + 1, state: 'null' });
  }

  /** Entries that changed since the last call, for everybody. */
  takeChanges(): PresenceEntry[] {
    const entries = [...this.#changed]
      .map((client) => this.#shown.get(client))
      .filter((entry) => entry !== undefined);
    this.#changed.clear();
    return entries;
  }

  /** Everybody who is here: what whoever comes is told. */
  everybody(): PresenceEntry[] {
    return [...this.#shown.values()].filter((entry) => entry.state !== 'null');
  }

  /** Everybody who is here, and whoever left within the last minute. */
  known(): PresenceEntry[] {
    return [...this.#shown.values()];
  }

  entry(client: number): PresenceEntry | undefined {
    return this.#shown.get(client);
  }

  /** Forgets those who left and those who were not heard of for long. */
  sweep(now: number): void {
    for (const [client, shown] of this.#shown) {
      if (now - shown.heard < FORGET_MS) continue;
      if (shown.state === 'null' && now - shown.heard > 2 * FORGET_MS) this.#shown.delete(client);
      else if (shown.state !== 'null') this.leave(client);
    }
  }

  #show(shown: Shown): void {
    this.#shown.set(shown.client, shown);
    this.#changed.add(shown.client);
  }
}

/** Whoever is idle is nowhere: what else they claim is dropped. */
function parseClaim(state: string): { at: string } | { idle: true } | Record<never, never> | null {
  try {
    const { success, data } = ClaimedPresence.safeParse(JSON.parse(state));
    if (!success) return null;
    if (data.idle) return { idle: true };
    return data.at === undefined ? {} : { at: data.at };
  } catch {
    return null;
  }
}
