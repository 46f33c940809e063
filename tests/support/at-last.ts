/** Factor by which pages compute slower than this machine does: `npm run faults -- --only slow-pages`. */
export const SLOWDOWN = Number(process.env.ROLECALL_TEST_SLOWDOWN ?? 1);

/**
 * Longer, in milliseconds, than anything takes that happens at all, however many others work on this machine: who
 * waits judges no speed.
 */
export const AT_LAST_MS = 60_000 * SLOWDOWN;
