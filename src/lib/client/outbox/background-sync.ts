export const SYNC_TAG = 'rolecall-outbox';

type SyncManager = { register(tag: string): Promise<void> };

/**
 * Asks the browser to send what waits when the connection is back, also if no page is open then. Not every browser
 * does.
 */
export function askForBackgroundSync(): void {
  void navigator.serviceWorker
    ?.getRegistration()
    .then((registration) => (registration as { sync?: SyncManager } | undefined)?.sync?.register(SYNC_TAG))
    // Refused in private windows and by people's settings; the pages send by themselves.
    .catch(() => undefined);
}
