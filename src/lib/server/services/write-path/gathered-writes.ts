/** Writes gathered in memory and made together a while later, one after another. */
export type GatheredWrites = {
  /** Something waits: it is written when the time is over. */
  soon(): void;
  /** Writes without waiting for that. */
  now(): void;
  /** Writes what waits, once. */
  stop(): Promise<void>;
};

/**
 * @param write takes what was gathered until then and writes it; it deals with what fails, and may ask for another
 * time
 */
export function gatheredWrites(everyMs: number, write: () => Promise<void>): GatheredWrites {
  let timer: NodeJS.Timeout | null = null;
  let writing: Promise<void> = Promise.resolve();
  const cancel = () => {
    if (timer) clearTimeout(timer);
    timer = null;
  };
  let isQueued = false;
  const now = () => {
    cancel();
    if (isQueued) return;
    isQueued = true;
    writing = writing.then(() => {
      isQueued = false;
      return write();
    });
  };
  return {
    soon() {
      timer ??= setTimeout(now, everyMs).unref();
    },
    now,
    async stop() {
      if (timer) now();
      await writing;
      cancel();
    }
  };
}
