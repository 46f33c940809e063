import { spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Binaries } from './binaries';
import { processIdentity } from './process-identity';

/**
 * Fast: roll back and write a checkpoint. Immediate: stop now, recover at the next start. Nothing committed is lost.
 */
const STEPS = [
  { signal: 'SIGINT', name: 'INT', patienceMs: 8_000 },
  { signal: 'SIGQUIT', name: 'QUIT', patienceMs: 3_000 },
  { signal: 'SIGKILL', name: 'KILL', patienceMs: 2_000 }
] as const;
const POLL_MS = 20;

/** Stops the server with this process id, by ever stronger means. True when it is gone. */
export async function stopServer(pid: number, binaries: Binaries): Promise<boolean> {
  const identity = processIdentity(pid);
  const isGone = () => identity === null || processIdentity(pid) !== identity;
  for (const step of STEPS) {
    if (isGone()) return true;
    send(pid, step, binaries);
    const deadline = Date.now() + step.patienceMs;
    while (!isGone() && Date.now() < deadline) await sleep(POLL_MS);
  }
  return isGone();
}

function send(pid: number, step: (typeof STEPS)[number], binaries: Binaries): void {
  if (process.platform === 'win32') {
    // Windows has no signals; Postgres listens to a pipe that pg_ctl knows.
    spawnSync(binaries.pgCtl, ['kill', step.name, String(pid)], { stdio: 'ignore', windowsHide: true });
    return;
  }
  try {
    process.kill(pid, step.signal);
  } catch {
    // Gone in between, which the caller's next look will tell.
  }
}
