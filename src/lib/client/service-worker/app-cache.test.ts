import { afterEach, expect, test, vi } from 'vitest';
import { AppCache, SHELL } from './app-cache';
import { cacheOf } from './versions';

const ORIGIN = 'https://roles.example';
const entry = (version: string) => `/_app/immutable/entry/app.${version}.js`;
const SAME = '/_app/immutable/chunks/same.js';

/** A browser's caches, in memory; entries are found by path. */
class MemoryCaches {
  readonly held = new Map<string, Map<string, Response>>();

  keys = () => Promise.resolve([...this.held.keys()]);
  delete = (name: string) => Promise.resolve(this.held.delete(name));
  match = (asked: string | { url: string }) => {
    for (const cache of this.held.values()) {
      const found = cache.get(pathOf(asked));
      if (found) return Promise.resolve(found.clone());
    }
    return Promise.resolve(undefined);
  };
  open = (name: string) => {
    const cache = this.held.get(name) ?? new Map<string, Response>();
    this.held.set(name, cache);
    return Promise.resolve({
      put: (asked: string, response: Response) => Promise.resolve(void cache.set(pathOf(asked), response)),
      match: (asked: string | { url: string }) => Promise.resolve(cache.get(pathOf(asked))?.clone())
    });
  };
}

function pathOf(asked: string | { url: string }): string {
  return new URL(typeof asked === 'string' ? asked : asked.url, ORIGIN).pathname;
}

/** A server that runs a version, and what was asked of it. */
function server(version: string) {
  const asked: string[] = [];
  const fetch = (request: string | { url: string }) => {
    const path = pathOf(request);
    asked.push(path);
    const known = [entry(version), SAME, '/theme.js', SHELL].includes(path);
    const body = path === SHELL ? `<script>import("${entry(version)}")</script>` : `${path} of ${version}`;
    return Promise.resolve(new Response(known ? body : 'no such file', { status: known ? 200 : 404 }));
  };
  return { asked, fetch };
}

function app(version: string, caches: MemoryCaches, from = server(version)): AppCache {
  return new AppCache({
    version,
    build: [entry(version), SAME],
    files: ['/theme.js'],
    origin: ORIGIN,
    caches: caches as unknown as CacheStorage,
    fetch: from.fetch as unknown as typeof fetch
  });
}

const request = (path: string) => new Request(new URL(path, ORIGIN));
const text = async (response: Promise<Response>) => (await response).text();

test('[LIV-3] a version is kept whole, and answers without the server', async () => {
  const caches = new MemoryCaches();
  const from = server('100');
  const kept = app('100', caches, from);
  await kept.keep();
  from.asked.length = 0;
  expect(await text(kept.shell(request('/roles/support')))).toContain(entry('100'));
  expect(await text(kept.file(request('/theme.js')))).toBe('/theme.js of 100');
  expect(from.asked).toEqual([]);
});

test('[P-05] a server that changed its version meanwhile leaves nothing half kept', async () => {
  const caches = new MemoryCaches();
  await expect(app('100', caches, server('101')).keep()).rejects.toThrow();
  expect(await caches.keys()).toEqual([]);
});

test('[P-05] pages of the version before go on with their own files, and only what changed is fetched', async () => {
  const caches = new MemoryCaches();
  const before = app('100', caches);
  await before.keep();
  const from = server('101');
  const after = app('101', caches, from);
  await after.keep();
  expect(from.asked).not.toContain(SAME);
  expect(await text(before.file(request('/theme.js')))).toBe('/theme.js of 100');
  expect(await text(after.file(request('/theme.js')))).toBe('/theme.js of 101');
  expect(await text(after.file(request(entry('100'))))).toContain('of 100');
  expect(await text(before.shell(request('/')))).toContain(entry('100'));

  // The older one never clears away what waits to replace it.
  await before.dropOlder();
  expect(await caches.keys()).toHaveLength(2);
  await after.dropOlder();
  expect(await caches.keys()).toEqual([cacheOf('101')]);
});

test('[P-05] an older version is never kept beside a newer one', async () => {
  const caches = new MemoryCaches();
  await app('101', caches).keep();
  await expect(app('100', caches).keep()).rejects.toThrow(/older than 101/);
  expect(await caches.keys()).toEqual([cacheOf('101')]);
});

/** A server whose file never comes, asked in some of the ways that a browser's cache is used. */
function silentOn(file: string, ways: readonly RequestCache[]) {
  const from = server('100');
  const fetch = (path: string, init: RequestInit) => {
    if (path !== file || !ways.includes(init.cache ?? 'default')) return from.fetch(path);
    return new Promise<Response>((_resolve, reject) => {
      init.signal?.addEventListener('abort', () => reject(init.signal?.reason as Error));
    });
  };
  return { asked: from.asked, fetch: fetch as typeof from.fetch };
}

afterEach(() => void vi.useRealTimers());

test.each([entry('100'), '/theme.js', SHELL])(
  '[LIV-3] %s comes past the browser’s cache when that does not answer',
  async (file) => {
    vi.useFakeTimers();
    const caches = new MemoryCaches();
    const kept = app('100', caches, silentOn(file, ['default', 'reload']));
    const keeping = kept.keep();
    await vi.advanceTimersByTimeAsync(5_000);
    await keeping;
    expect(caches.held.get(cacheOf('100'))?.has(file)).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  }
);

test.each([entry('100'), '/theme.js', SHELL])(
  '[P-05] %s that never comes ends the installation by name, and nothing is half kept',
  async (file) => {
    vi.useFakeTimers();
    const caches = new MemoryCaches();
    const keeping = app('100', caches, silentOn(file, ['default', 'reload', 'no-store'])).keep();
    const ended = expect(keeping).rejects.toThrow(`${file}: nothing came in 15000 ms`);
    await vi.advanceTimersByTimeAsync(20_000);
    await ended;
    expect(await caches.keys()).toEqual([]);
  }
);
