import { monitorEventLoopDelay } from 'node:perf_hooks';

// Loaded before the program of every measured process (`node --import`). Answers what the driver asks: for memory,
// after collecting garbage, for processor time, or for how late the event loop was since the last question.
const RESOLUTION_MS = 10;
/** @type {import('node:perf_hooks').IntervalHistogram | null} */
let delays = null;

process.on('message', async (question) => {
  if (question === 'cpu') {
    const { user, system } = process.cpuUsage();
    process.send?.((user + system) / 1000);
  }
  if (question === 'loop') {
    // Measured from the first question on: those who do not ask pay nothing. What is measured holds the timer's own
    // period.
    const p99 = delays ? delays.percentile(99) / 1e6 - RESOLUTION_MS : 0;
    delays ??= monitorEventLoopDelay({ resolution: RESOLUTION_MS });
    delays.enable();
    delays.reset();
    process.send?.(Math.max(0, p99));
  }
  if (question === 'resident') process.send?.(process.memoryUsage().rss);
  if (question === 'memory') {
    for (let round = 0; round < 4; round++) {
      globalThis.gc?.();
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    process.send?.(process.memoryUsage().rss);
  }
});
// Answering must not keep a program alive that wants to end.
process.channel?.unref();
