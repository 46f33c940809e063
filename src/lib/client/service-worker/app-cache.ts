import { answerTo, fitsBuild, NAMED_BY_CONTENT, type Answer, type FetchRequest } from './answers';
import { fetchInTime } from './fetch-in-time';
import { fewAtOnce } from './few-at-once';
import { cacheOf, isOlder, keptVersions } from './versions';

/** The page that answers every address. */
export const SHELL = '/shell';
/** A browser opens six connections to a server: the page that is open needs some of them itself. */
const FILES_AT_ONCE = 4;

export type AppCacheOptions = {
  version: string;
  /** Files named by their content. */
  build: readonly string[];
  /** Files that stand beside them under fixed names. */
  files: readonly string[];
  origin: string;
  caches: CacheStorage;
  fetch: typeof fetch;
};

/**
 * One version of the app as this device keeps it: all its files and its page, or nothing. Nothing in it belongs to
 * anybody. Two versions never mix: each has a cache of its own.
 */
export class AppCache {
  readonly #options: AppCacheOptions;
  readonly #name: string;
  readonly #files: ReadonlySet<string>;

  constructor(options: AppCacheOptions) {
    this.#options = options;
    this.#name = cacheOf(options.version);
    this.#files = new Set([...options.build, ...options.files]);
  }

  /**
   * Keeps this version, whole. @throws when the server has another one meanwhile, and when this device had a newer
   * one: an app is never replaced by an older one behind its user's back (P-05).
   */
  async keep(): Promise<void> {
    const { caches, version, build, files } = this.#options;
    const newer = keptVersions(await caches.keys()).find((kept) => isOlder(version, kept));
    if (newer !== undefined) throw new Error(`version ${version} is older than ${newer}`);
    try {
      const cache = await caches.open(this.#name);
      await this.#keepShell(cache);
      await fewAtOnce([...build, ...files], FILES_AT_ONCE, (file) => this.#keepFile(cache, file));
    } catch (error) {
      await caches.delete(this.#name);
      throw error;
    }
  }

  /** Throws the versions before this one away. */
  async dropOlder(): Promise<void> {
    const { caches, version } = this.#options;
    const older = keptVersions(await caches.keys()).filter((kept) => isOlder(kept, version));
    await Promise.all(older.map((kept) => caches.delete(cacheOf(kept))));
  }

  answerTo(asked: FetchRequest): Answer {
    return answerTo(asked, this.#options.origin, this.#files);
  }

  /** The page, whatever its address; from the server when this device lost it. */
  async shell(request: Request): Promise<Response> {
    const { caches, fetch } = this.#options;
    const cache = await caches.open(this.#name);
    return (await cache.match(SHELL)) ?? fetch(request);
  }

  /** A file: this version's, else one that a page of another version still needs. */
  async file(request: Request): Promise<Response> {
    const { caches, fetch } = this.#options;
    const cache = await caches.open(this.#name);
    return (await cache.match(request)) ?? (await caches.match(request)) ?? fetch(request);
  }

  /** Keeps a file; one that did not change since another version is not fetched again. */
  async #keepFile(cache: Cache, file: string): Promise<void> {
    const known = NAMED_BY_CONTENT.test(file) ? await this.#options.caches.match(file) : undefined;
    if (known) await cache.put(file, known);
    else await this.#fetchInto(cache, file);
  }

  async #fetchInto(cache: Cache, file: string): Promise<void> {
    // What has a fixed name may be an old one in the browser's own cache.
    const way = NAMED_BY_CONTENT.test(file) ? 'default' : 'reload';
    await fetchInTime(this.#options.fetch, file, way, async (response) => {
      if (!response.ok) throw new Error(`${file}: ${response.status}`);
      await cache.put(file, response);
    });
  }

  async #keepShell(cache: Cache): Promise<void> {
    await fetchInTime(this.#options.fetch, SHELL, 'reload', async (response) => {
      const html = response.ok ? await response.clone().text() : '';
      if (!fitsBuild(html, this.#options.build)) throw new Error('the server has another version');
      await cache.put(SHELL, response);
    });
  }
}
