import type { makeLogger } from '../lib/server/logger';

/** Takes note of what ends something that was started. */
export type OnStop = (step: () => Promise<unknown>) => void;

/** Stops of what was started, run in reverse order: `stop` goes on when a step fails. */
export function stopList(logger: ReturnType<typeof makeLogger>): {
  onStop: OnStop;
  stop(): Promise<void>;
  /** True from the moment that `stop` was called. */
  isStopping(): boolean;
} {
  const steps: (() => Promise<unknown>)[] = [];
  let stopping = false;
  return {
    onStop: (step) => void steps.push(step),
    isStopping: () => stopping,
    async stop() {
      stopping = true;
      for (const step of steps.reverse())
        await step().catch((error: unknown) => logger.warn({ err: error }, 'stop'));
    }
  };
}
