import { absenceWords, wasNotFetched, type Absence } from './absence';
import { partSource } from './part-source';
import { showToast } from './toast.svelte';
import { whenIdle } from './when-idle';

/** A file that takes longer counts as one that cannot be had now; it is used when it comes after all. Milliseconds. */
const IMPORT_MS = 15_000;

/** Time for which it is known that files can be had, once it was asked: about that of a dozen parts. Milliseconds. */
const REACH_HOLDS_MS = 1_000;

/** All of the open page that are not here yet and may still come. */
const missing = new Set<LaterPart<unknown>>();
let fetchesAhead = false;
let fetching = false;

/**
 * A part of the app that no page needs at its start. It comes when it is first needed, or ahead of that when the page
 * has nothing to do.
 */
export class LaterPart<T> {
  /** null: it is not here yet. */
  there = $state.raw<T | null>(null);
  /** Reason it did not come when it was last asked for; null before, and once it is here. */
  absence = $state.raw<Absence | null>(null);
  readonly #fetch: () => Promise<T>;
  #coming: Promise<T | null> | null = null;
  /** The one import there is: a browser answers a second `import()` as it answered the first. */
  #import: Promise<void> | null = null;

  /**
   * @param fetch an `import()` of modules
   * @param ahead false: it never comes ahead of its use, as not everybody who opens the page has one
   */
  constructor(fetch: () => Promise<T>, { ahead = true }: { ahead?: boolean } = {}) {
    this.#fetch = fetch;
    if (!ahead) return;
    missing.add(this);
    if (fetchesAhead) void fetchMissing();
  }

  /** Asks for its file without asking first if it can be had: beside the files that a page begins with. */
  begin(): void {
    void this.#ask();
  }

  /**
   * @param isHere true: it is known that files can be had, and not asked
   * @returns null when it cannot be had, see `absence`
   */
  load(isHere = false): Promise<T | null> {
    if (this.there) return Promise.resolve(this.there);
    this.#coming ??= this.#load(isHere).finally(() => (this.#coming = null));
    return this.#coming;
  }

  /** Tells whoever waited for it why it did not come. */
  tell(): void {
    if (this.absence === null) return;
    const { title, text } = absenceWords(this.absence);
    showToast({ message: `${title}. ${text}` });
  }

  async #load(isHere: boolean): Promise<T | null> {
    if (this.absence === 'lost') return null;
    const reach = this.#import || isHere ? 'here' : await partSource().reach();
    if (reach !== 'here') {
      this.absence = reach;
      return null;
    }
    if (!(await inTime(this.#ask()))) this.absence = 'late';
    return this.there;
  }

  #ask(): Promise<void> {
    this.#import ??= this.#fetch().then(
      (there) => this.#came(there),
      (error: unknown) => this.#lose(error)
    );
    return this.#import;
  }

  #came(there: T): void {
    this.there = there;
    this.absence = null;
    missing.delete(this);
  }

  #lose(error: unknown): void {
    this.absence = 'lost';
    missing.delete(this);
    partSource().lost();
    // The module's own fault is not one of the line: it is heard of as any other.
    if (!wasNotFetched(error)) reportError(error);
  }
}

/** @returns false when it is not over in time */
async function inTime(work: Promise<void>): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<false>((resolve) => (timer = setTimeout(() => resolve(false), IMPORT_MS)));
  const done = await Promise.race([work.then(() => true), late]);
  clearTimeout(timer);
  return done;
}

/**
 * Fetches the parts of the open page ahead of their use from here on, one after the other, so that they are here
 * without a connection, too. Called again when there is a connection again.
 */
export function fetchPartsAhead(): void {
  fetchesAhead = true;
  void fetchMissing();
}

async function fetchMissing(): Promise<void> {
  if (fetching) return;
  fetching = true;
  await fetchEach(missing, whenIdle);
  fetching = false;
}

/**
 * Loads one part after the other, each when there is time for it; one whose file did not come is no reason to leave
 * the others.
 */
export async function fetchEach(
  parts: Iterable<LaterPart<unknown>>,
  idle: () => Promise<void>
): Promise<void> {
  let hereAt = -Infinity;
  for (const part of parts) {
    await idle();
    const now = performance.now();
    const isHere = now - hereAt < REACH_HOLDS_MS && navigator.onLine;
    await part.load(isHere);
    if (part.absence === 'unreachable' || part.absence === 'replaced') return;
    if (!isHere) hereAt = now;
    // The line may be gone: with one part, not with all that are left.
    if (part.absence === 'lost') hereAt = -Infinity;
  }
}
