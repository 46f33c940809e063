import { showToast } from './toast.svelte';
import { whenIdle } from './when-idle';

/** Asked before a file is: a browser that did not get a script once does not ask for it again as long as the page is open. */
const PROBE = '/_app/version.json';

/** All of the open page that are not here yet. */
const missing = new Set<Part<unknown>>();
let fetchesAhead = false;
let fetching = false;

/** A part of the app that no page needs at its start. It comes when it is first needed, or ahead of that when the page has nothing to do. */
export class Part<T> {
  /** null: it is not here yet. */
  there = $state.raw<T | null>(null);
  readonly #fetch: () => Promise<T>;
  #coming: Promise<T | null> | null = null;

  /** @param fetch an `import()` of modules */
  constructor(fetch: () => Promise<T>) {
    this.#fetch = fetch;
    missing.add(this);
    if (fetchesAhead) void fetchMissing();
  }

  /** @returns null when it cannot be fetched: there is no connection, and this device has not kept it */
  load(): Promise<T | null> {
    if (this.there) return Promise.resolve(this.there);
    this.#coming ??= this.#load().finally(() => (this.#coming = null));
    return this.#coming;
  }

  /** Loads it for somebody who waits for it, who is told when it cannot be had. */
  async need(): Promise<T | null> {
    const there = await this.load();
    if (there === null)
      showToast({ message: 'This is not on this device yet. Try again when you are back online.' });
    return there;
  }

  async #load(): Promise<T | null> {
    if (!(await filesCanBeHad())) return null;
    try {
      this.there = await this.#fetch();
      missing.delete(this);
      return this.there;
    } catch {
      return null;
    }
  }
}

/**
 * From here on the parts of the open page come ahead of their use, one after the other, so that they are here without a connection, too.
 * Called again when there is a connection again.
 */
export function fetchPartsAhead(): void {
  fetchesAhead = true;
  void fetchMissing();
}

async function fetchMissing(): Promise<void> {
  if (fetching) return;
  fetching = true;
  for (const part of missing) {
    await whenIdle();
    if ((await part.load()) === null) break;
  }
  fetching = false;
}

/** Whether this device has all files of the app (the service worker answers), or the server can be reached. */
async function filesCanBeHad(): Promise<boolean> {
  if (navigator.serviceWorker?.controller) return true;
  try {
    return (await fetch(PROBE, { cache: 'no-store' })).ok;
  } catch {
    return false;
  }
}
