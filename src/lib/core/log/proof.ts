import { splitPoint, type LeafRange } from './tree';

// What a proof is made of (RFC 9162 2.1.3 and 2.1.4): ranges of leaves, each of which is one hash of the proof.
// Turning a range into its hash takes the stored nodes (tree.ts).

/** The proof that the leaf at `index` is in the tree of `size` leaves. */
export function inclusionRanges(index: number, size: number): LeafRange[] {
  if (!(index >= 0 && index < size)) throw new RangeError(`no leaf ${index} in a tree of ${size}`);
  return path(index, { start: 0, end: size });
}

function path(index: number, { start, end }: LeafRange): LeafRange[] {
  if (end - start === 1) return [];
  const middle = start + splitPoint(end - start);
  return index < middle
    ? [...path(index, { start, end: middle }), { start: middle, end }]
    : [...path(index, { start: middle, end }), { start, end: middle }];
}

/** The proof that a tree of `size` leaves begins with all of one of `from` leaves. Empty when they are the same. */
export function consistencyRanges(from: number, size: number): LeafRange[] {
  if (!(from > 0 && from <= size)) throw new RangeError(`no proof from ${from} to ${size}`);
  return subproof(from, { start: 0, end: size }, true);
}

function subproof(from: number, { start, end }: LeafRange, whole: boolean): LeafRange[] {
  const size = end - start;
  if (from === size) return whole ? [] : [{ start, end }];
  const split = splitPoint(size);
  const middle = start + split;
  return from <= split
    ? [...subproof(from, { start, end: middle }, whole), { start: middle, end }]
    : [...subproof(from - split, { start: middle, end }, false), { start, end: middle }];
}
