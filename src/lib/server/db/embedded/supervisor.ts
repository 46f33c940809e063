import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedPostgresError, explained } from './embedded-postgres-error';
import { launchPostmaster, type Postmaster, type ServerPlan } from './postmaster';
import { stopServer } from './stop-server';
import type { Watchdog } from './watchdog';

export interface Supervisor {
  pid(): number;
  /** Stops the server and the supervision; resolves when the server is gone. Safe to call twice. */
  stop(): Promise<void>;
}

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 2_000;
/**
 * Milliseconds for a few starts that fail: after a crash the server's own processes may hold its shared memory a
 * while.
 */
const RESTART_MS = 45_000;
/** A server that keeps ending by itself has a trouble that another start does not cure. */
const CRASHES = 5;
const CRASH_WINDOW_MS = 60_000;

/**
 * Keeps a running server running, on the same port, until `stop`. Calls `onFatal`, once, when that is beyond it.
 * In one piece: starting, watching and stopping share one state.
 */
export function supervise(
  plan: ServerPlan,
  first: Postmaster,
  watchdog: Watchdog,
  log: (message: string) => void,
  onFatal: (error: EmbeddedPostgresError) => void
): Supervisor {
  let current = first;
  let stopping = false;
  let stopped: Promise<void> | null = null;
  let crashes: number[] = [];
  const watching = watch().catch((error: unknown) => {
    stopping = true;
    onFatal(explained('The embedded Postgres stopped', error));
  });

  async function watch(): Promise<void> {
    for (;;) {
      const signal = await current.exited;
      if (stopping) return;
      log(`the embedded Postgres ended (${signal ?? 'by itself'}); starting it again`);
      countCrash(signal);
      await restart();
      if (!stopping) log('the embedded Postgres is back');
    }
  }

  function countCrash(signal: NodeJS.Signals | null): void {
    if (signal === 'SIGKILL') return; // somebody else's doing, however often
    const now = Date.now();
    crashes = [...crashes.filter((at) => at > now - CRASH_WINDOW_MS), now];
    if (crashes.length < CRASHES) return;
    throw new EmbeddedPostgresError(
      `The embedded Postgres ended ${CRASHES} times within ${CRASH_WINDOW_MS / 1000} s: see the log in ${plan.cluster}/log`
    );
  }

  async function restart(): Promise<void> {
    const deadline = Date.now() + RESTART_MS;
    for (let pause = FIRST_PAUSE_MS; !stopping; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      await sleep(pause);
      if (stopping) return;
      try {
        current = await launchPostmaster(plan);
        watchdog.watch(current.pid);
        await current.ready;
        return;
      } catch (error) {
        if (!stopping && Date.now() > deadline) throw error;
      }
    }
  }

  async function halt(): Promise<void> {
    stopping = true;
    // A restart may be between two steps: stop what it has started, and again if it had just started another.
    let pid: number;
    do {
      pid = current.pid;
      if (!(await stopServer(pid, plan.binaries))) {
        throw new EmbeddedPostgresError(`The embedded Postgres (process ${pid}) cannot be stopped`);
      }
      await watching;
    } while (current.pid !== pid);
    watchdog.dismiss();
  }

  return {
    pid: () => current.pid,
    stop: () => (stopped ??= halt())
  };
}
