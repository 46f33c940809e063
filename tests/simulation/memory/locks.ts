import type { World } from '../world';
import { pgError, type MemoryTransaction } from './database';

export type LockMode = 'share' | 'update';
type Waiter = { tx: MemoryTransaction; mode: LockMode; give: () => void };
type Lock = { holders: Map<MemoryTransaction, LockMode>; queue: Waiter[] };

/** Row locks: held until the transaction ends, waited for in order, refused to whoever would close a circle. */
export class Locks {
  readonly #world: World;
  readonly #locks = new Map<string, Lock>();
  readonly #held = new Map<MemoryTransaction, Set<string>>();
  readonly #waitsFor = new Map<MemoryTransaction, string>();

  constructor(world: World) {
    this.#world = world;
  }

  async take(tx: MemoryTransaction, key: string, mode: LockMode): Promise<void> {
    const lock = this.#lock(key);
    if (isFree(lock, tx, mode) && (lock.holders.has(tx) || lock.queue.length === 0))
      return this.#hold(lock, tx, key, mode);
    if (this.#closesCircle(tx, lock)) throw pgError('40P01');
    const turn = this.#world.signal();
    lock.queue.push({ tx, mode, give: turn.give });
    this.#waitsFor.set(tx, key);
    await turn.promise;
  }

  tryTake(tx: MemoryTransaction, key: string): boolean {
    const lock = this.#lock(key);
    if (!isFree(lock, tx, 'update')) return false;
    this.#hold(lock, tx, key, 'update');
    return true;
  }

  /** Gives up all that a transaction holds or waits for. */
  release(tx: MemoryTransaction): void {
    const waited = this.#waitsFor.get(tx);
    this.#waitsFor.delete(tx);
    const keys = new Set(this.#held.get(tx));
    this.#held.delete(tx);
    if (waited !== undefined) keys.add(waited);
    for (const key of keys) {
      const lock = this.#locks.get(key)!;
      lock.holders.delete(tx);
      lock.queue = lock.queue.filter((waiter) => waiter.tx !== tx);
      this.#giveOn(lock, key);
      if (lock.holders.size === 0 && lock.queue.length === 0) this.#locks.delete(key);
    }
  }

  #giveOn(lock: Lock, key: string): void {
    for (;;) {
      const next = lock.queue[0];
      if (!next || !isFree(lock, next.tx, next.mode)) return;
      lock.queue.shift();
      this.#waitsFor.delete(next.tx);
      this.#hold(lock, next.tx, key, next.mode);
      next.give();
    }
  }

  #hold(lock: Lock, tx: MemoryTransaction, key: string, mode: LockMode): void {
    if (lock.holders.get(tx) !== 'update') lock.holders.set(tx, mode);
    let held = this.#held.get(tx);
    if (!held) this.#held.set(tx, (held = new Set()));
    held.add(key);
  }

  #lock(key: string): Lock {
    let lock = this.#locks.get(key);
    if (!lock) this.#locks.set(key, (lock = { holders: new Map(), queue: [] }));
    return lock;
  }

  #closesCircle(tx: MemoryTransaction, lock: Lock): boolean {
    const ahead = [...lock.holders.keys(), ...lock.queue.map((waiter) => waiter.tx)];
    const seen = new Set<MemoryTransaction>();
    while (ahead.length > 0) {
      const other = ahead.pop()!;
      if (other === tx || seen.has(other)) continue;
      seen.add(other);
      const key = this.#waitsFor.get(other);
      const next = key === undefined ? undefined : this.#locks.get(key);
      if (!next) continue;
      if (next.holders.has(tx)) return true;
      ahead.push(...next.holders.keys(), ...next.queue.map((waiter) => waiter.tx));
    }
    return false;
  }
}

function isFree(lock: Lock, tx: MemoryTransaction, mode: LockMode): boolean {
  for (const [holder, held] of lock.holders)
    if (holder !== tx && (mode === 'update' || held === 'update')) return false;
  return true;
}
