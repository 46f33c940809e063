import { build, files, version } from '$service-worker';
import { AppCache } from '$lib/client/service-worker/app-cache';
import type { WorkerScope } from '$lib/client/service-worker/scope';
import { sendInBackground } from '$lib/client/service-worker/send-outbox';
import { serveApp } from '$lib/client/service-worker/serve-app';

const scope = self as unknown as WorkerScope;

serveApp(
  scope,
  new AppCache({
    version,
    build,
    files,
    origin: scope.location.origin,
    caches,
    fetch: (...request) => fetch(...request)
  })
);
sendInBackground(scope);
