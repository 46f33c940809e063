// Loaded into the built program before it starts: says on SIGUSR2 how long its event loop was held up at most by work
// of its own, in milliseconds. A process that had to wait for the processor did nothing in that time: wall and
// processor time are both looked at.
const EVERY_MS = 5;
let worst = 0;
let wall = performance.now();
let cpu = process.cpuUsage();

setInterval(() => {
  const now = performance.now();
  const { user, system } = process.cpuUsage(cpu);
  worst = Math.max(worst, Math.min(now - wall - EVERY_MS, (user + system) / 1000));
  wall = performance.now();
  cpu = process.cpuUsage();
}, EVERY_MS).unref();

process.on('SIGUSR2', () => {
  process.stdout.write(`event loop held up: ${worst.toFixed(1)} ms\n`);
  worst = 0;
});
