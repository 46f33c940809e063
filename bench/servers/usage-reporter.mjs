// Loaded before the program of every measured process (`node --import`). Answers what the driver asks: for memory, after
// collecting garbage, or for processor time.
process.on('message', async (question) => {
  if (question === 'cpu') {
    const { user, system } = process.cpuUsage();
    process.send?.((user + system) / 1000);
  }
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
