import { spawn, type ChildProcess } from 'node:child_process';
import program from './watchdog-program.mjs?raw';

export interface Watchdog {
  /** Names the server to stop when this process dies without having stopped it. */
  watch(pid: number): void;
  /** Ends the watch: the server has been stopped in order. */
  dismiss(): void;
}

/**
 * A killed process cannot stop its server, so a tiny second one does: it holds one end of a pipe that the operating
 * system closes together with us. The program travels inside the bundle and needs no file at run time.
 */
export function startWatchdog(cluster: string): Watchdog {
  let watched: number | null = null;
  let dismissed = false;
  let child: ChildProcess = start();

  function start(): ChildProcess {
    const args = ['--input-type=module', '--eval', program, cluster];
    const started = spawn(process.execPath, args, {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true, // out of reach of Ctrl-C
      windowsHide: true,
      env: { PATH: process.env.PATH }
    });
    started.on('error', () => undefined); // without it a later start stops the orphan
    started.stdin?.on('error', () => undefined);
    started.on('exit', () => {
      if (!dismissed) setTimeout(revive, 1_000).unref();
    });
    // Neither the process nor the pipe may keep the application alive.
    started.unref();
    const pipe = started.stdin;
    if (pipe && 'unref' in pipe && typeof pipe.unref === 'function') pipe.unref();
    return started;
  }

  function revive(): void {
    if (dismissed) return;
    child = start();
    tell();
  }

  function tell(): void {
    if (watched !== null) child.stdin?.write(`${watched}\n`);
  }

  return {
    watch(pid) {
      watched = pid;
      tell();
    },
    dismiss() {
      dismissed = true;
      child.stdin?.end('\n');
    }
  };
}
