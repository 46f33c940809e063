import { isOlder, keptVersions, cacheOf } from './versions';
import { APPLY_UPDATE, TAKE_PAGES } from './serve-app';

/**
 * `ready`: a newer version of the app is on this device and waits. `older`: the server runs an older version than
 * this page, which nobody is taken back to without being asked (P-05). `lost`: a file of this page did not come,
 * and does not before it is loaded anew.
 */
export type UpdateState = 'none' | 'ready' | 'older' | 'lost';

/** Availability of this page's files; `replaced`: the server has them of another version. */
export type Reach = 'here' | 'unreachable' | 'replaced';

const LOOK_MS = 30 * 60_000;
/**
 * Milliseconds until another try. On a bad line a file of the app may not come, and on a busy machine the browser may
 * give a worker up: it is tried again soon, then ever more rarely, and not by all phones of a train at once.
 */
const AGAIN_MS = 2_000;
/** Only a build has it. */
const VERSION_FILE = '/_app/version.json';
/** Somebody may wait for the answer. */
const ANSWER_MS = 5_000;

/** The version of the app that this page runs, and the next one. */
export class AppUpdate {
  state = $state<UpdateState>('none');
  #version = '';
  #registration: ServiceWorkerRegistration | null = null;
  #applying = false;
  #failures = 0;
  #again: ReturnType<typeof setTimeout> | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;
  /** Files that did not come. */
  readonly #lost = new Set<'part' | 'seal'>();
  readonly #followed = new WeakSet<ServiceWorker>();

  /**
   * Keeps the app on this device from here on, and looks for newer versions. Where that is not possible, nothing
   * changes.
   */
  async start(version: string): Promise<void> {
    this.#version = version;
    if (!('serviceWorker' in navigator)) return;
    const controlled = navigator.serviceWorker.controller !== null;
    let first = !controlled;
    navigator.serviceWorker.addEventListener('controllerchange', () => {
      if (this.#applying) location.reload();
      // The first worker takes this page over as it is; a later one is of another version.
      else if (!first) this.state = 'ready';
      first = false;
    });
    clearInterval(this.#timer);
    this.#timer = setInterval(() => void this.look(), LOOK_MS);
    await this.register();
    // Nothing is typed yet and nothing is lost: a version that waited for this page to be opened anew may come.
    if (controlled && this.#registration?.waiting) this.apply();
  }

  /** Puts the app on this device. */
  async register(): Promise<void> {
    try {
      const registration = await navigator.serviceWorker.register('/service-worker.js', {
        updateViaCache: 'none'
      });
      if (registration !== this.#registration) {
        this.#registration = registration;
        registration.addEventListener('updatefound', () => this.#follow(registration.installing));
      }
      // Another page may have begun before this one was opened, and may be gone: no event tells this page of that
      // worker.
      this.#follow(registration.installing);
      this.#follow(registration.waiting);
      this.#follow(registration.active);
      if (!registration.installing && !registration.waiting) this.#tryAgain();
    } catch {
      // Blocked, or no connection: the page works without, until it is closed.
      this.#tryAgain();
    }
  }

  /** The browser does not try again before a page is loaded anew, and people stay on one for days. */
  #tryAgain(): void {
    if (this.#registration?.active) return;
    const wait = Math.min(LOOK_MS, AGAIN_MS * 2 ** this.#failures++) * (0.5 + Math.random() / 2);
    clearTimeout(this.#again);
    this.#again = setTimeout(() => void this.register(), wait);
  }

  /** Asks the server for its version: contact came back, or it was a while ago. */
  async look(): Promise<void> {
    const served = await servedVersion();
    if (served === null || served === this.#version) return;
    if (isOlder(served, this.#version)) this.state = 'older';
    // A worker that does not come is asked for again.
    else await this.#registration?.update().catch(() => undefined);
  }

  /**
   * Finds out if the files of this page can be had: this device keeps them (its worker answers), or the server has
   * them.
   * @param version this page's
   */
  async reach(version: string): Promise<Reach> {
    if (navigator.serviceWorker?.controller) return 'here';
    const served = await servedVersion();
    if (served === null) return 'unreachable';
    if (served === version) return 'here';
    this.state = isOlder(served, version) ? 'older' : 'ready';
    return 'replaced';
  }

  /** A file of this page did not come; by default one that is not asked for again. */
  lost(what: 'part' | 'seal' = 'part'): void {
    this.#lost.add(what);
    if (this.state === 'none') this.state = 'lost';
  }

  /** The seal is here after all. */
  sealCame(): void {
    this.#lost.delete('seal');
    if (this.state === 'lost' && this.#lost.size === 0) this.state = 'none';
  }

  /** Changes to the other version, by loading this page anew. */
  apply(): void {
    const waiting = this.#registration?.waiting;
    if (this.state === 'older') return void this.#takeBack();
    if (!waiting) return location.reload();
    this.#applying = true;
    waiting.postMessage(APPLY_UPDATE);
  }

  /** The user asked for the server's older version: this device forgets the newer one. */
  async #takeBack(): Promise<void> {
    await this.#registration?.unregister();
    const versions = keptVersions(await caches.keys());
    await Promise.all(versions.map((version) => caches.delete(cacheOf(version))));
    location.reload();
  }

  #follow(worker: ServiceWorker | null): void {
    if (!worker || this.#followed.has(worker)) return;
    this.#followed.add(worker);
    const { serviceWorker } = navigator;
    const look = () => {
      if (worker.state === 'installed' && serviceWorker.controller) this.state = 'ready';
      if (worker.state === 'redundant') this.#tryAgain();
      // It took the pages there were as it became active, but not one that was on its way at that moment: that one
      // asks.
      if (worker.state === 'activated' && !serviceWorker.controller) worker.postMessage(TAKE_PAGES);
    };
    worker.addEventListener('statechange', look);
    if (worker.state === 'activated') look();
  }
}

/** null: it did not answer in time. */
async function servedVersion(): Promise<string | null> {
  try {
    const signal = AbortSignal.timeout(ANSWER_MS);
    const response = await fetch(VERSION_FILE, { cache: 'no-store', signal });
    return ((await response.json()) as { version: string }).version;
  } catch {
    return null;
  }
}

/** The one of this page. */
export const appUpdate = new AppUpdate();
