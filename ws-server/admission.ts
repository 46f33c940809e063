import { Bucket } from '../src/lib/server/api/http/bucket';
import { networkOf } from '../src/lib/server/auth/attempts';
import { LIMITS } from './limits';

/**
 * Counts sockets and upgrades, so that nobody takes the room of others (W-03). Addresses of IPv6 count as their
 * network: one customer has 2^64 of them.
 */
export class Admission {
  readonly #perKey = new Map<string, number>();
  readonly #upgrades = new Map<string, Bucket>();
  #all = 0;

  /** True if an address may ask once more; judged before anything is looked up. */
  mayUpgrade(address: string, now: number): boolean {
    const network = networkOf(address);
    let bucket = this.#upgrades.get(network);
    if (!bucket) this.#upgrades.set(network, (bucket = new Bucket(LIMITS.upgradesPerAddress, now)));
    return (
      bucket.take(1, now) &&
      this.#count(`address ${network}`) < LIMITS.perAddress &&
      this.#all < LIMITS.perProcess
    );
  }

  /** Takes places for a socket and returns how to give them back; null when there is none left. */
  enter(address: string, sid: string, personId: string): (() => void) | null {
    const keys: [string, number][] = [
      [`address ${networkOf(address)}`, LIMITS.perAddress],
      [`session ${sid}`, LIMITS.perSession],
      [`person ${personId}`, LIMITS.perPerson]
    ];
    if (this.#all >= LIMITS.perProcess || keys.some(([key, most]) => this.#count(key) >= most)) return null;
    this.#all += 1;
    for (const [key] of keys) this.#perKey.set(key, this.#count(key) + 1);
    let inside = true;
    return () => {
      if (!inside) return;
      inside = false;
      this.#all -= 1;
      for (const [key] of keys) {
        const left = this.#count(key) - 1;
        if (left > 0) this.#perKey.set(key, left);
        else this.#perKey.delete(key);
      }
    };
  }

  sweep(now: number): void {
    for (const [address, bucket] of this.#upgrades) if (bucket.isFull(now)) this.#upgrades.delete(address);
  }

  #count(key: string): number {
    return this.#perKey.get(key) ?? 0;
  }
}
