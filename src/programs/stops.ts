import type { makeLogger } from '../lib/server/logger';

/** Takes note of what ends something that was started. */
export type OnStop = (step: () => Promise<unknown>) => void;

/** Stops of what was started, run once, in reverse order: `stop` goes on when a step fails. */
export function stopList(logger: ReturnType<typeof makeLogger>): {
  onStop: OnStop;
  stop(): Promise<void>;
  /** True from the moment that `stop` was called. */
  isStopping(): boolean;
} {
  const steps: (() => Promise<unknown>)[] = [];
  let stopped: Promise<void> | null = null;
  const runSteps = async () => {
    for (const step of steps.toReversed())
      try {
        await step();
      } catch (error) {
        logger.warn({ err: error }, 'stop');
      }
  };
  return {
    onStop: (step) => void steps.push(step),
    isStopping: () => stopped !== null,
    stop: () => (stopped ??= Promise.resolve().then(runSteps))
  };
}
