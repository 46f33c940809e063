import type { AppCache } from './app-cache';
import type { RequestEvent, WorkerScope } from './scope';

/** Message from a page when the version that waits may take over. */
export const APPLY_UPDATE = 'rolecall:apply-update';
/**
 * Message from a page that the active version does not answer for: it was on its way while that one became active.
 */
export const TAKE_PAGES = 'rolecall:take-pages';

/**
 * Answers the pages of this device from the app's cache. A new version waits until a page lets it in or all are
 * closed; pages of the version before go on with the files of theirs.
 */
export function serveApp(scope: WorkerScope, app: AppCache): void {
  scope.addEventListener('install', (event) => event.waitUntil(app.keep()));

  scope.addEventListener('activate', (event) =>
    event.waitUntil(
      (async () => {
        await scope.clients.claim();
        if ((await pages(scope)) === 0) await app.dropOlder();
      })()
    )
  );

  scope.addEventListener('fetch', (event) => {
    const { request } = event;
    const answer = app.answerTo(request);
    if (answer === 'file') event.respondWith(app.file(request));
    if (answer === 'shell') openPage(event, scope, app);
  });

  scope.addEventListener('message', (event) => {
    if (event.origin !== scope.location.origin) return;
    if (event.data === APPLY_UPDATE) void scope.skipWaiting();
    if (event.data === TAKE_PAGES) event.waitUntil(scope.clients.claim());
  });
}

function openPage(event: RequestEvent, scope: WorkerScope, app: AppCache): void {
  event.respondWith(app.shell(event.request));
  // The page that is being left counts as one; with no other, none of an older version is left.
  event.waitUntil(pages(scope).then((open) => (open <= 1 ? app.dropOlder() : undefined)));
}

async function pages(scope: WorkerScope): Promise<number> {
  return (await scope.clients.matchAll({ type: 'window', includeUncontrolled: true })).length;
}
