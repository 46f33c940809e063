/** Modules that belong together. */
export type Chunk = {
  ids: string[];
  /** Size of its source. */
  bytes: number;
  /** Numbers of the chunks that it imports, of the list that it is in. */
  imports: Set<number>;
};

/** One request more costs a page as much as so many bytes of source: a sixth of them is sent. */
const REQUEST = 3_900;
/** Weight of a part that is fetched when it is needed and waited for, relative to a page. */
const PART_WEIGHT = 0.1;

/** Page or part that is fetched by itself, and the chunks that it needs. */
export type Start = { isPage: boolean; chunks: Iterable<number> };

type Bits = bigint;
type Load = { bits: Bits; weight: number };
const bit = (index: number): Bits => 1n << BigInt(index);

/**
 * Puts chunks together as long as the requests that pages save are worth more than the bytes that are sent to pages
 * which do not need them. Chunks that import each other in a circle are never made.
 * @param starts the chunks that each page and each part needs, by their numbers
 */
export function mergeChunks(given: readonly Chunk[], starts: readonly Start[]): Chunk[] {
  let chunks = given.map((chunk) => ({ ...chunk }));
  let needs = starts.map(({ chunks: needed, isPage }) => ({ chunks: new Set(needed), isPage }));
  for (;;) {
    const best = bestMerge(chunks, needs);
    if (!best) return chunks;
    const [kept, gone] = best;
    const renumber = (index: number) => (index === gone ? kept : index > gone ? index - 1 : index);
    const all = (indices: Iterable<number>) => new Set([...indices].map(renumber));
    const merged = {
      ids: [...chunks[kept]!.ids, ...chunks[gone]!.ids],
      bytes: chunks[kept]!.bytes + chunks[gone]!.bytes,
      imports: new Set([...chunks[kept]!.imports, ...chunks[gone]!.imports])
    };
    chunks = chunks
      .map((chunk, index) => (index === kept ? merged : chunk))
      .filter((_, index) => index !== gone)
      .map((chunk) => ({ ...chunk, imports: all(chunk.imports) }));
    chunks.forEach((chunk, index) => chunk.imports.delete(index));
    needs = needs.map(({ chunks: needed, isPage }) => ({ chunks: all(needed), isPage }));
  }
}

/** The two chunks whose merging saves most, the lower number first; null when none saves anything. */
function bestMerge(chunks: readonly Chunk[], starts: readonly Start[]): [number, number] | null {
  const below = closures(chunks);
  const loads = starts.map(({ chunks: needed, isPage }) => ({
    bits: [...needed].reduce((all, index) => all | below[index]!, 0n),
    weight: isPage ? 1 : PART_WEIGHT
  }));
  let best: { gain: number; pair: [number, number] } | null = null;
  for (let a = 0; a < chunks.length; a++)
    for (let b = a + 1; b < chunks.length; b++) {
      const gain = gainOf(a, b, { chunks, below, loads });
      if (gain > (best?.gain ?? 0) && !makesCircle(a, b, chunks, below)) best = { gain, pair: [a, b] };
    }
  return best?.pair ?? null;
}

function gainOf(
  a: number,
  b: number,
  { chunks, below, loads }: { chunks: readonly Chunk[]; below: readonly Bits[]; loads: readonly Load[] }
): number {
  const [bitA, bitB] = [bit(a), bit(b)];
  const together = below[a]! | below[b]!;
  const costs = new Map<Bits, number>();
  let gain = 0;
  for (const { bits, weight } of loads) {
    const [hasA, hasB] = [(bits & bitA) !== 0n, (bits & bitB) !== 0n];
    if (hasA && hasB) gain += weight * REQUEST;
    else if (hasA || hasB) {
      const more = together & ~bits;
      let cost = costs.get(more);
      if (cost === undefined) costs.set(more, (cost = costOf(more, chunks)));
      // The one that comes along is no request of its own.
      gain -= weight * (cost - REQUEST);
    }
  }
  return gain;
}

function costOf(bits: Bits, chunks: readonly Chunk[]): number {
  let cost = 0;
  for (let index = 0, rest = bits; rest !== 0n; index++, rest >>= 1n)
    if (rest & 1n) cost += chunks[index]!.bytes + REQUEST;
  return cost;
}

/** True if a third chunk would stand between the two: imported by the one, importing the other. */
function makesCircle(a: number, b: number, chunks: readonly Chunk[], below: readonly Bits[]): boolean {
  const leads = (from: number, to: number) =>
    [...chunks[from]!.imports].some((next) => next !== to && (below[next]! & bit(to)) !== 0n);
  return leads(a, b) || leads(b, a);
}

/** The closure of each chunk: itself and everything that is loaded with it. */
function closures(chunks: readonly Chunk[]): Bits[] {
  const known: Bits[] = [];
  const of = (index: number): Bits =>
    (known[index] ??= [...chunks[index]!.imports].reduce((all, next) => all | of(next), bit(index)));
  chunks.forEach((_, index) => of(index));
  return known;
}

/** The same chunks, each behind those that it imports. */
export function importedFirst(chunks: readonly Chunk[]): Chunk[] {
  const sorted = new Set<Chunk>();
  const add = (chunk: Chunk) => {
    if (sorted.has(chunk)) return;
    for (const index of chunk.imports) add(chunks[index]!);
    sorted.add(chunk);
  };
  chunks.forEach(add);
  return [...sorted];
}
