/** Changes that a set carries beside the one that it was made from, before it is written out as one of its own. */
const MOST_CHANGES = 64;

/**
 * A set and what was added to it or taken from it since: made without copying it, which of tens of thousands takes
 * milliseconds.
 */
class ChangedSet implements ReadonlySet<string> {
  readonly size: number;

  constructor(
    readonly base: ReadonlySet<string>,
    /** Changed ids, and whether each is in the set: the others are as in `base`. */
    readonly changes: ReadonlyMap<string, boolean>
  ) {
    let size = base.size;
    for (const [id, on] of changes) size += Number(on) - Number(base.has(id));
    this.size = size;
  }

  has(id: string): boolean {
    return this.changes.get(id) ?? this.base.has(id);
  }

  *values(): SetIterator<string> {
    for (const id of this.base) if (this.changes.get(id) ?? true) yield id;
    for (const [id, on] of this.changes) if (on && !this.base.has(id)) yield id;
  }

  keys(): SetIterator<string> {
    return this.values();
  }

  *entries(): SetIterator<[string, string]> {
    for (const id of this.values()) yield [id, id];
  }

  [Symbol.iterator](): SetIterator<string> {
    return this.values();
  }

  forEach(tell: (id: string, same: string, set: ReadonlySet<string>) => void): void {
    for (const id of this.values()) tell(id, id, this);
  }

  // What sets do with one another is a whole set's.
  union = <T>(other: ReadonlySetLike<T>) => new Set<string>(this).union(other);
  intersection = <T>(other: ReadonlySetLike<T>) => new Set<string>(this).intersection(other);
  difference = <T>(other: ReadonlySetLike<T>) => new Set<string>(this).difference(other);
  symmetricDifference = <T>(other: ReadonlySetLike<T>) => new Set<string>(this).symmetricDifference(other);
  isSubsetOf = (other: ReadonlySetLike<unknown>) => new Set<string>(this).isSubsetOf(other);
  isSupersetOf = (other: ReadonlySetLike<unknown>) => new Set<string>(this).isSupersetOf(other);
  isDisjointFrom = (other: ReadonlySetLike<unknown>) => new Set<string>(this).isDisjointFrom(other);
}

/** A set that differs from another one, which stays as it is, in these. What is added comes last. */
export function changedSet(
  from: ReadonlySet<string>,
  changes: Iterable<readonly [id: string, on: boolean]>
): ReadonlySet<string> {
  const base = from instanceof ChangedSet ? from.base : from;
  const all = new Map(from instanceof ChangedSet ? from.changes : []);
  for (const [id, on] of changes) all.set(id, on);
  const changed = new ChangedSet(base, all);
  return all.size > MOST_CHANGES ? new Set(changed) : changed;
}
