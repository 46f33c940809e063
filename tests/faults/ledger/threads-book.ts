import type { View } from './rules';
import type { LeaseAnswer, LeaseRequest } from './told';

type Lease = { id: string; caller: string; key: string; account: string; expires: number };

const HOUR = 3_600_000;

/** The threads that were given to somebody, as a list, and what must never be. */
export class ThreadsBook {
  #leases: Lease[] = [];

  constructor(private readonly problems: string[]) {}

  taken(asked: LeaseRequest, view: View, answer: LeaseAnswer, clock: number): void {
    const { caller, key, account } = asked;
    const wrong = (why: string) => this.problems.push(`thread ${caller} ${key} of ${account}: ${why}`);
    if (answer.outcome === 'stale') {
      if (clock <= view.clock + 1000) wrong('was read a moment ago and is called old');
      return;
    }
    // What is over is forgotten, and what a clock that ran ahead gave an end.
    this.#leases = this.#leases.filter(
      (lease) => lease.account !== account || (lease.expires > clock && lease.expires <= clock + 2 * HOUR)
    );
    const known = this.#leases.find(
      (each) => each.caller === caller && each.key === key && each.expires > clock
    );
    if (known && known.account !== account) {
      if (answer.outcome !== 'key-reused') wrong('its key is another subject’s');
      return;
    }
    const running = this.#leases.filter((each) => each.account === account).length;
    if (answer.outcome === 'key-reused') wrong('nobody has its key');
    else if (known) {
      if (answer.outcome !== 'granted' || answer.id !== known.id) wrong('the same key has another lease');
    } else if (answer.outcome === 'granted') {
      if (view.stop) wrong(`given, although ${view.stop}`);
      if (clock > view.clock + 1000) wrong('given by what was read more than a second ago');
      if (running >= view.threads) wrong(`${running + 1} of ${view.threads}`);
      this.#leases.push({ id: answer.id, caller, key, account, expires: clock + asked.ttlSeconds * 1000 });
    } else if (running < view.threads) wrong(`refused, although ${running} of ${view.threads} run`);
  }

  /** `ttlSeconds`: null, it ends. */
  renewed(
    { caller, id }: { caller: string; id: string },
    ttlSeconds: number | null,
    { lives }: { lives: boolean },
    clock: number
  ): void {
    const lease = this.#leases.find((each) => each.caller === caller && each.id === id);
    if (lives !== (lease !== undefined && lease.expires > clock))
      this.problems.push(`thread ${id}: ${lives ? 'it is over and lives' : 'it lives and is over'}`);
    if (ttlSeconds === null) this.#leases = this.#leases.filter((each) => each !== lease);
    else if (lives && lease) lease.expires = clock + ttlSeconds * 1000;
  }

  /** Tidied: what is over is forgotten. Of whom something was. */
  tidied(clock: number): Set<string> {
    const over = this.#leases.filter(({ expires }) => expires <= clock).map(({ account }) => account);
    this.#leases = this.#leases.filter(({ expires }) => expires > clock);
    return new Set(over);
  }
}
