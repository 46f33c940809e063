/**
 * Does a round every so often, one at a time: what queues in the database is looked for, in any number of processes.
 * @param round goes on while `goes` says so: not once a stop was asked for
 * @param failed hears why a round ended; the next one tries again. Of a stop nothing fails
 */
export function startRounds(
  everyMs: number,
  round: (goes: () => boolean) => Promise<void>,
  failed: (error: unknown) => void
): { stop(): Promise<void> } {
  let running: Promise<void> | null = null;
  let isStopping = false;
  const once = () =>
    round(() => !isStopping).catch((error: unknown) => {
      if (!isStopping) failed(error);
    });
  const timer = setInterval(() => (running ??= once().finally(() => (running = null))), everyMs);
  return {
    async stop() {
      isStopping = true;
      clearInterval(timer);
      await running;
    }
  };
}
