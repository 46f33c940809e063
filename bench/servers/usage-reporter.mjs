// Loaded before the program of every measured process (`node --import`). Answers the driver's question for memory, after
// collecting garbage, and for processor time.
process.on('message', async (question) => {
  if (question !== 'usage') return;
  for (let round = 0; round < 3; round++) {
    globalThis.gc?.();
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  const { rss, heapUsed, external } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  process.send?.({ rss, used: heapUsed + external, cpuMs: (user + system) / 1000 });
});
// Answering must not keep a program alive that wants to end.
process.channel?.unref();
